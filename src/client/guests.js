// The clients that tasks have: what they ask of the hub, a worker's at a time, and what they are told.

import { encodeError } from '../errors-wire.js';
import { DONE, HELD, KEPT, PIECE_WORDS, SUBMIT_HEAD } from '../wire.js';
import { Words } from '../words.js';
import { CLOSED } from './coordination.js';
import { decodeError } from './errors.js';
import { taskOfDefinition } from './functions.js';
import { ABSENT, CANCELLED, ERRED, FINISHED, Row } from './row.js';

/** @import { Item, Parcel } from './coordinator.js' */
/** @import { Hub } from './hub.js' */

/** Values up to this many bytes are told with the news that they are there, if they have come to the page. */
const TINY = 1024;

/** Beyond what workers call the tasks that they submit: so the page calls those that it gives to them. */
const GIVEN = 2 ** 32;

/** Why futures end that nobody can ask any more. */
const ENDED = 'the task that submitted it has ended';

export class Guests {
  #hub;
  /** By worker. @type {Map<number, Party>} */
  #parties = new Map();

  /** @param {Hub} hub */
  constructor(hub) {
    this.#hub = hub;
  }

  /**
   * @param {number} worker
   * @param {any[][]} requests
   */
  receive(worker, requests) {
    let party = this.#parties.get(worker);
    if (!party) this.#parties.set(worker, (party = new Party(this.#hub, worker)));
    for (const request of requests) party.obey(request);
  }

  /** A worker is gone, and with it everybody who wanted what its tasks have submitted. @param {number} worker */
  gone(worker) {
    const party = this.#parties.get(worker);
    if (!party) return;
    this.#parties.delete(worker);
    // Not amid what the engine has decided: what becomes of it may be a part of that.
    queueMicrotask(() => this.#hub.step(() => party.end()));
  }
}

/** The clients in one worker. Ids are the worker's own. */
class Party {
  #hub;
  #worker;
  /** @type {Map<number, Guest>} */
  #guests = new Map();
  /** Those that the worker has futures of. @type {Map<number, GuestRow>} */
  #rows = new Map();
  /** What the hub calls its functions and options. @type {number[]} */
  #functions = [];
  /** @type {number[]} */
  #options = [0];
  #latestGiven = GIVEN;
  /** What the coordinator calls what is asked here and has not been answered. @type {Map<number, number>} */
  #asked = new Map();
  /** @type {any[][]} */
  #news = [];
  /** Workers that it has to ask for values. @type {Set<number>} */
  #holders = new Set();

  /**
   * @param {Hub} hub
   * @param {number} worker
   */
  constructor(hub, worker) {
    this.#hub = hub;
    this.#worker = worker;
  }

  /** @param {any[]} request */
  obey([kind, ...rest]) {
    const [id, ...details] = rest;
    switch (kind) {
      case 'function':
        this.#functions[id] = this.#hub.ids.ofFunction(taskOfDefinition(details[0], details[1]));
        return;
      case 'options':
        this.#options[id] = this.#hub.ids.ofOptions(details[0]);
        return;
      case 'enter':
        this.#guests.set(id, new Guest(this.#hub, this, id, this.#worker, details[0][0]));
        for (const run of details[0]) this.#hub.nests(this.#worker, run);
        return;
      case 'want':
        return this.#want(id);
      case 'forget':
        for (const row of this.#live([id])) this.#hub.forgotten.add(row);
        return;
      case 'retry':
        return this.#hub.retry(this.#live(id));
      case 'withdraw':
        return this.#withdraw(id);
    }
    const guest = this.#guests.get(id);
    if (!guest) return;
    switch (kind) {
      case 'submit':
        return this.#submit(guest, details[0], details[1]);
      case 'scatter':
        return this.#scatter(guest, details[0], details[1], details[2]);
      case 'release':
        return this.#release(guest, details[0]);
      case 'cancel':
        return this.#hub.cancel(guest, this.#live(details[0]), decodeError(details[1], ''), details[2], details[3]);
      case 'ask':
        return this.#ask(guest, details[0], details[1], details[2], details[3], details[4]);
      case 'datasets':
        return this.tell('answer', details[0], DONE, this.#hub.coordinator.datasets());
      default: // leave
        this.#guests.delete(id);
        this.#leave(guest);
    }
  }

  end() {
    for (const guest of this.#guests.values()) this.#leave(guest);
  }

  /**
   * News for the worker: they go with all others of this turn.
   * @param {any[]} news
   */
  tell(...news) {
    if (this.#news.push(news) > 1) return;
    queueMicrotask(() => {
      this.#hub.pool.tell(this.#worker, this.#news, this.#holders);
      this.#news = [];
      this.#holders.clear();
    });
  }

  /**
   * @param {Guest} guest
   * @param {ArrayLike<number>} words
   * @param {[number, unknown[], readonly number[] | null, (number | string)[][] | null, string | undefined, Uint32Array | null][]} calls
   */
  #submit(guest, words, calls) {
    const out = new Words();
    /** @type {GuestRow[]} */
    const rows = [];
    /** Where each call is among those that are submitted, or the row of one that cannot be. @type {(number | Row)[]} */
    const places = [];
    const tokens = new Uint32Array(4 * calls.length);
    let at = 0;
    calls.forEach(([own, args, positions, paths, name, call], i) => {
      const row = new GuestRow(guest, this.#functions[words[at]], args);
      row.positions = positions;
      row.paths = paths;
      row.tokens = tokens;
      row.place = rows.length;
      if (words[at + 1] & HELD) this.#hold(row, own);
      const start = out.extend(SUBMIT_HEAD + words[at + 6]);
      out.at[start] = row.fn;
      for (let k = 1; k < SUBMIT_HEAD; k++) out.at[start + k] = words[at + k];
      out.at[start + 7] = this.#options[words[at + 7]];
      for (let lane = 0; lane < 4; lane++) tokens[4 * rows.length + lane] = words[at + 2 + lane];
      /** @type {Row | undefined} */
      let missing;
      for (let k = 0; k < words[at + 6]; k++) {
        const input = words[at + SUBMIT_HEAD + k];
        const place = input < 0 ? places[-1 - input] : (this.#rows.get(input) ?? row);
        if (typeof place === 'number') out.at[start + SUBMIT_HEAD + k] = -1 - place;
        else if (input < 0 || place === row || place.status === CANCELLED) missing = place;
        else out.at[start + SUBMIT_HEAD + k] = place.task;
      }
      at += SUBMIT_HEAD + words[at + 6];
      if (!missing && name !== undefined) missing = this.#named(row, name, call);
      if (missing) {
        if (missing.status === ERRED) row.fail(missing.error);
        else row.cancel(missing === row ? ENDED : missing.error?.reason, missing);
        out.length = start;
      }
      places[i] = missing ? row : rows.push(row) - 1;
    });
    if (!rows.length) return;
    const submitted = rows.slice();
    this.#hub.submit(guest, out, /** @type {Row[]} */ (submitted));
    submitted.forEach((known, i) => {
      const { owns, name, call } = rows[i];
      // It is one that the worker has let go of, or that was there as an input only.
      if (known !== rows[i]) for (const own of owns) this.#hold(known, own);
      if (name !== undefined) this.#hub.names.give(name, known, call);
    });
  }

  /**
   * Gives a call its key; returns the row if it is another call's.
   * @param {GuestRow} row
   * @param {string} name
   * @param {Uint32Array | null} call
   */
  #named(row, name, call) {
    row.name = name;
    row.call = call;
    try {
      this.#hub.checkKey(name, call);
      return undefined;
    } catch (error) {
      row.fail(error);
      return row;
    }
  }

  /**
   * @param {Guest} guest
   * @param {{ fn: number, options: number, copies: number }} how
   * @param {ArrayLike<number>} described
   * @param {[number, unknown, string | undefined][]} pieces Own id, data, and key unless the data names it.
   */
  #scatter(guest, { fn, options, copies }, described, pieces) {
    const words = new Words();
    words.extend(described.length);
    const tokens = new Uint32Array(4 * pieces.length);
    const rows = pieces.map(([own, piece], i) => {
      const row = new GuestRow(guest, this.#functions[fn], [piece]);
      const at = i * PIECE_WORDS;
      for (let k = 0; k < PIECE_WORDS; k++) words.at[at + k] = described[at + k];
      for (let lane = 0; lane < 4; lane++) tokens[4 * i + lane] = described[at + 2 + lane];
      row.tokens = tokens;
      row.place = i;
      this.#hold(row, own);
      if (this.#hub.copies.keep(row, described[at])) words.at[at + 1] += KEPT;
      else row.args.push([]);
      return row;
    });
    const known = rows.slice();
    this.#hub.scatter(guest, this.#functions[fn], this.#options[options], copies, words, /** @type {Row[]} */ (known));
    known.forEach((row, i) => {
      const [own, , name] = pieces[i];
      // The same data may be there under another id, too.
      if (row !== rows[i]) this.#hold(row, own);
      if (name !== undefined) this.#hub.names.give(name, row, null);
    });
  }

  /** Tells where results lie. @param {number[]} ids */
  #want(ids) {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row?.status !== FINISHED) continue;
      const { run, holders } = this.#hub.inspection.whereabouts(row.task);
      // If there is none, it is being made again: more news follow.
      if (!holders.length) continue;
      const holder = holders.includes(this.#worker) ? this.#worker : holders[0];
      this.#holders.add(holder);
      this.tell('at', id, row.task, run, holder);
    }
  }

  /**
   * @param {Guest} guest
   * @param {number[]} ids
   */
  #release(guest, ids) {
    const rows = new Set(this.#live(ids));
    for (const id of ids) {
      this.#rows.get(id)?.unhold(id);
      this.#rows.delete(id);
    }
    this.#hub.release(guest, rows);
    this.#hub.schedule();
  }

  /**
   * @param {Guest} guest
   * @param {number} request
   * @param {number} question
   * @param {string} name
   * @param {number} number
   * @param {Parcel} [parcel]
   */
  #ask(guest, request, question, name, number, parcel) {
    const rows = parcel?.rows.map((own) => /** @type {GuestRow} */ (this.#rows.get(own)));
    const details = {
      number,
      item: parcel && { ...parcel, rows: /** @type {GuestRow[]} */ (rows) },
      receive: (/** @type {Item} */ item) => this.#give(guest, item),
    };
    // The answer may come within the call.
    this.#asked.set(request, 0);
    const known = this.#hub.coordinator.ask(guest, question, name, details, (code, detail) => {
      this.#asked.delete(request);
      if (code !== CLOSED) this.tell('answer', request, code, detail);
    });
    if (this.#asked.has(request)) this.#asked.set(request, known);
  }

  /** @param {number} request */
  #withdraw(request) {
    const known = this.#asked.get(request);
    // It is answered: that is on its way.
    if (known === undefined) return;
    this.#hub.coordinator.withdraw(known, () => {
      this.#asked.delete(request);
      this.tell('withdrawn', request);
    });
  }

  /**
   * What an item is to a client in the worker: its futures are told before it.
   * @param {Guest} guest
   * @param {Item} item
   * @returns {Parcel}
   */
  #give(guest, item) {
    const owns = item.rows.map((row) => {
      const own = ++this.#latestGiven;
      const token = row.tokens?.slice(4 * row.place, 4 * row.place + 4);
      this.tell(
        'given',
        own,
        guest.own,
        row.key,
        token?.some((lane) => lane !== 0) ? token : undefined,
        this.#hub.coordinator.actorOf(row),
      );
      this.#hold(/** @type {GuestRow} */ (row), own);
      return own;
    });
    return { ...item, rows: owns };
  }

  /** @param {Guest} guest */
  #leave(guest) {
    this.#hub.coordinator.left(guest);
    const rows = [...new Set(this.#rows.values())].filter((row) => row.guest === guest);
    for (const row of rows) {
      for (const own of row.owns) this.#rows.delete(own);
      row.silent = true;
    }
    this.#hub.dismiss(guest, rows, ENDED);
  }

  /** The worker has a future of it. @param {GuestRow} row @param {number} own */
  #hold(row, own) {
    this.#rows.set(own, row);
    row.hold(own);
  }

  /** @param {number[]} ids @returns {GuestRow[]} */
  #live(ids) {
    return ids.flatMap((id) => this.#rows.get(id) ?? []);
  }
}

/** A client in a worker, as the hub sees it: what a `Driver` is to a client of the page. */
class Guest {
  /**
   * @param {Hub} hub
   * @param {Party} party
   * @param {number} own What the worker calls it.
   * @param {number} worker
   * @param {number} run Of the task it belongs to.
   */
  constructor(hub, party, own, worker, run) {
    this.hub = hub;
    this.party = party;
    this.own = own;
    this.ids = hub.ids;
    this.worker = worker;
    this.run = run;
    this.id = hub.admit();
  }

  /**
   * @param {number} fn
   * @param {unknown[]} args
   */
  row(fn, args) {
    return new GuestRow(this, fn, args);
  }
}

/** A task as the page knows it for a client in a worker: what happens to it is told there. */
class GuestRow extends Row {
  /** Whether the worker wants to hear nothing more. */
  silent = false;

  /**
   * @param {Guest} guest
   * @param {number} fn
   * @param {unknown[]} args
   */
  constructor(guest, fn, args) {
    super(/** @type {any} */ (guest), fn, args);
    this.guest = guest;
    /** What the worker calls it: more than one if data is scattered twice. @type {number[]} */
    this.owns = [];
  }

  /** The worker calls it so, too. @param {number} own */
  hold(own) {
    this.handles = this.owns.push(own);
    this.#tellStatus();
  }

  /** And no more. @param {number} own */
  unhold(own) {
    this.owns = this.owns.filter((other) => other !== own);
    this.handles = this.owns.length;
  }

  /**
   * @override
   * @param {Row} first
   * @param {Row} [other]
   */
  join(first, other) {
    super.join(first, other);
    this.#tellStatus();
  }

  /**
   * @override
   * @param {number} type
   * @param {number} bytes
   * @param {any} value
   */
  finish(type, bytes, value) {
    this.status = FINISHED;
    this.type = type;
    this.bytes = bytes;
    this.value = bytes <= TINY ? value : ABSENT;
    this.#tellStatus();
  }

  /** @override @param {any} error */
  fail(error) {
    super.fail(error);
    this.#tellStatus();
  }

  /**
   * @override
   * @param {unknown} reason
   * @param {Row} [blame]
   */
  cancel(reason, blame = this) {
    if (this.status === CANCELLED) return;
    super.cancel(reason, blame);
    this.#tellStatus();
  }

  /** @override */
  lose() {
    super.lose();
    this.#tell('lost');
  }

  /** @override */
  unsettle() {
    super.unsettle();
    this.#tell('unsettled');
  }

  #tellStatus() {
    if (this.status === CANCELLED) {
      this.#tell('cancelled', encodeError(this.error.reason), this.error.blame);
    } else if (this.status === ERRED) {
      this.#tell('failed', encodeError(this.error));
    } else if (this.status === FINISHED) {
      const value = this.bytes <= TINY ? this.present() : ABSENT;
      if (value === ABSENT) this.#tell('finished', this.type, this.bytes);
      else this.#tell('finished', this.type, this.bytes, value);
    }
  }

  /**
   * @param {string} kind
   * @param {...unknown} details
   */
  #tell(kind, ...details) {
    if (!this.silent) for (const own of this.owns) this.guest.party.tell(kind, own, ...details);
  }
}
