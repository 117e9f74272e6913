// Chance from a seed: the same seed and name give the same numbers, whatever other streams were asked meanwhile.

/** FNV-1a over the text's UTF-16 units. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

export class Chance {
  constructor(seed, name = "") {
    this.seed = seed;
    this.name = name;
    this.state = hash(`${seed}/${name}`);
  }

  /** A stream of its own for somebody or something. */
  of(name) {
    return new Chance(this.seed, `${this.name}/${name}`);
  }

  /** From 0 to below 1 (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  happens(probability) {
    return this.next() < probability;
  }

  between(least, most) {
    return least + (most - least) * this.next();
  }

  whole(least, most) {
    return Math.floor(this.between(least, most + 1));
  }

  pick(list) {
    return list[this.whole(0, list.length - 1)];
  }

  /** One of the keys, as often as their weights say. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of entries) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return entries.at(-1)[0];
  }

  /** Usually a little, now and then nearly all of it. */
  delay(most) {
    return this.happens(0.5) ? this.between(0, most / 20) : this.between(0, most);
  }

  /** The wait until something that happens every so often. */
  until(mean) {
    return -Math.log(1 - this.next()) * mean;
  }
}
