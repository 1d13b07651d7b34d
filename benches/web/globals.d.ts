// What the bench pages hand to `benches/run.js`.
import type { Row } from './bench.js';

declare global {
  var bench: {
    list(): (Pick<Row, 'name' | 'unit' | 'better'> & { subjects: string[] })[];
    measure(row: string, subject: string): Promise<number>;
    isolated: boolean;
  };
}
