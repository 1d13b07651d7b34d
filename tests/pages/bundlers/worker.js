// The worker file of the application: what it exposes may import as it likes, the bundler follows.

import * as app from 'app';

import * as tasks from './tasks.js';

app.expose(tasks, app);
