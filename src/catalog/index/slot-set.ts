/** Below this many members a set is never worth a bitmap. */
const SMALL = 64

/**
 * A set of slots (small non-negative integers) that stays compact: a sorted array while its
 * members are few and far between, a bitmap once that takes less memory.
 */
export class SlotSet {
  #size = 0
  /** Sorted members; empty while there is a bitmap. */
  #few = new Uint32Array(4)
  #bits: Uint32Array | undefined

  static of(slots: Iterable<number>): SlotSet {
    const set = new SlotSet()
    for (const slot of slots) set.add(slot)
    return set
  }

  get size(): number {
    return this.#size
  }

  /** Memory held by the members, in bytes. */
  get bytes(): number {
    return (this.#bits ?? this.#few).byteLength
  }

  has(slot: number): boolean {
    if (this.#bits) return ((this.#bits[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0
    const at = this.#find(slot)
    return at < this.#size && this.#few[at] === slot
  }

  /** Answers whether the slot was not there before. */
  add(slot: number): boolean {
    if (this.#bits) return this.#setBit(slot)
    const at = this.#find(slot)
    if (at < this.#size && this.#few[at] === slot) return false
    if (this.#size >= SMALL && this.#size * 32 > Math.max(slot, this.#few[this.#size - 1]!)) {
      this.#becomeBitmap(slot)
      return this.#setBit(slot)
    }
    if (this.#size === this.#few.length) {
      const larger = new Uint32Array(this.#size * 2)
      larger.set(this.#few)
      this.#few = larger
    }
    this.#few.copyWithin(at + 1, at, this.#size)
    this.#few[at] = slot
    this.#size++
    return true
  }

  /** Answers whether the slot was there. */
  delete(slot: number): boolean {
    if (!this.has(slot)) return false
    this.#size--
    if (!this.#bits) {
      const at = this.#find(slot)
      this.#few.copyWithin(at, at + 1, this.#size + 1)
      return true
    }
    this.#bits[slot >>> 5]! &= ~(1 << (slot & 31))
    // A quarter of what made it a bitmap, so that a set on the edge does not change to and fro.
    if (this.#size * 128 < this.#bits.length * 32) this.#becomeList()
    return true
  }

  /** Calls back with every member in ascending order. */
  each(use: (slot: number) => void): void {
    if (!this.#bits) {
      for (let i = 0; i < this.#size; i++) use(this.#few[i]!)
      return
    }
    for (let word = 0; word < this.#bits.length; word++) {
      let bits = this.#bits[word]!
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits & -bits)
        use(word * 32 + bit)
        bits &= bits - 1
      }
    }
  }

  toArray(): number[] {
    const slots: number[] = []
    this.each((slot) => void slots.push(slot))
    return slots
  }

  clone(): SlotSet {
    const copy = new SlotSet()
    copy.#size = this.#size
    copy.#bits = this.#bits?.slice()
    if (!this.#bits) copy.#few = this.#few.slice(0, Math.max(4, this.#size))
    return copy
  }

  /** Adds all members of another set. */
  addAll(other: SlotSet): this {
    const bits = other.#bits
    if (!bits || !this.#bits) {
      other.each((slot) => void this.add(slot))
      return this
    }
    this.#reach(bits.length)
    for (let word = 0; word < bits.length; word++) this.#bits[word]! |= bits[word]!
    this.#size = countBits(this.#bits)
    return this
  }

  /** Takes out all members of another set. */
  deleteAll(other: SlotSet): this {
    if (other.#size === 0) return this
    if (this.#bits && other.#bits) {
      const common = Math.min(this.#bits.length, other.#bits.length)
      for (let word = 0; word < common; word++) this.#bits[word]! &= ~other.#bits[word]!
      this.#size = countBits(this.#bits)
      return this
    }
    if (other.#size < this.#size) other.each((slot) => void this.delete(slot))
    else for (const slot of this.toArray()) if (other.has(slot)) this.delete(slot)
    return this
  }

  /** What two sets have in common, as a new set. */
  intersect(other: SlotSet): SlotSet {
    const [small, large] = this.#size <= other.#size ? [this, other] : [other, this]
    if (small.#bits && large.#bits) {
      const common = small.clone()
      for (let word = 0; word < common.#bits!.length; word++) {
        common.#bits![word]! &= large.#bits[word] ?? 0
      }
      common.#size = countBits(common.#bits!)
      return common
    }
    const common = new SlotSet()
    small.each((slot) => {
      if (large.has(slot)) common.add(slot)
    })
    return common
  }

  /** Index of the first member that is not below a slot. */
  #find(slot: number): number {
    let low = 0
    let high = this.#size
    // Most additions come in order.
    if (high > 0 && this.#few[high - 1]! < slot) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#few[middle]! < slot) low = middle + 1
      else high = middle
    }
    return low
  }

  #setBit(slot: number): boolean {
    this.#reach((slot >>> 5) + 1)
    const bit = 1 << (slot & 31)
    if ((this.#bits![slot >>> 5]! & bit) !== 0) return false
    this.#bits![slot >>> 5]! |= bit
    this.#size++
    return true
  }

  #reach(words: number): void {
    if (this.#bits!.length >= words) return
    const larger = new Uint32Array(Math.max(words, Math.ceil(this.#bits!.length * 1.25)))
    larger.set(this.#bits!)
    this.#bits = larger
  }

  #becomeBitmap(largest: number): void {
    const top = Math.max(largest, this.#few[this.#size - 1]!)
    const bits = new Uint32Array((top >>> 5) + 1)
    for (let i = 0; i < this.#size; i++) bits[this.#few[i]! >>> 5]! |= 1 << (this.#few[i]! & 31)
    this.#bits = bits
    this.#few = new Uint32Array(0)
  }

  #becomeList(): void {
    const slots = this.toArray()
    this.#bits = undefined
    this.#few = new Uint32Array(Math.max(4, slots.length))
    this.#few.set(slots)
  }
}

function countBits(words: Uint32Array): number {
  let count = 0
  for (let i = 0; i < words.length; i++) {
    let n = words[i]!
    n -= (n >>> 1) & 0x55555555
    n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
    count += (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
  }
  return count
}
