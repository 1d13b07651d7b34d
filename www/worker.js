// A worker of the demo, which has the Rust tasks of the page's own module.

import * as glue from './pkg/webfutures_www.js';

glue.serve(glue);
