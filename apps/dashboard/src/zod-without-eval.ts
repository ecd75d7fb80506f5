import { config } from 'zod';

// zod compiles object parsers with `new Function`, which the Content-Security-Policy forbids and reports. This file comes
// first, since schemas decide when they are made.
config({ jitless: true });
