// The first module of a worker that the pool starts by itself.

import { serve } from './serve.js';

serve();
