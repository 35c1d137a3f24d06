const DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time of day in the forms that logs want; each form is built once a second and kept. */
export class Timestamp {
  #second = -1;
  #utc = '';
  #local = '';
  #common = '';

  /** ISO 8601 in UTC with milliseconds. */
  iso(time = Date.now()): string {
    this.#turn(time);
    return `${this.#utc}${DIGITS[time % 1000]}Z`;
  }

  /** Hours, minutes, seconds and milliseconds of local time. */
  clock(time = Date.now()): string {
    this.#turn(time);
    return `${this.#local}.${DIGITS[time % 1000]}`;
  }

  /** Local time as the Common Log Format has it, without brackets. */
  common(time = Date.now()): string {
    this.#turn(time);
    return this.#common;
  }

  #turn(time: number): void {
    const second = Math.floor(time / 1000);
    if (second === this.#second) return;
    this.#second = second;
    const date = new Date(second * 1000);
    this.#utc = date.toISOString().slice(0, 20);
    this.#local = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    const day = `${two(date.getDate())}/${MONTHS[date.getMonth()]}/${date.getFullYear()}`;
    this.#common = `${day}:${this.#local} ${zone(date.getTimezoneOffset())}`;
  }
}

/** The offset from UTC, as `+0200`, of minutes to be added to local time. */
function zone(minutes: number): string {
  const ahead = Math.abs(minutes);
  return `${minutes > 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
