// What the bench pages hand to `benches/run.js`.
import type { Row } from './rows.js';

declare global {
  var bench: {
    rows(): Required<Pick<Row, 'name' | 'unit' | 'better' | 'long' | 'ends'>>[];
    subjects(): { name: string; slow: string[] }[];
    prepare(subject: string): Promise<{ rows: string[]; without: Record<string, string> }>;
    measure(row: string, subject: string): Promise<number>;
    start(subject: string): Promise<number | null>;
    scheduler: {
      shapes(): Promise<string[]>;
      run(shape: string, tasks: number): Promise<{ milliseconds: number; bytes: number }>;
    };
  };
}
