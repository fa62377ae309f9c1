// How many downloads run at the same time, and no more.

export class Downloads {
  private readonly countMax: number
  private count = 0

  constructor(countMax: number) {
    this.countMax = countMax
  }

  /** False when there are too many already. Each `begin` that was true is followed by one `end`. */
  begin(): boolean {
    if (this.count >= this.countMax) return false
    this.count++
    return true
  }

  end(): void {
    this.count--
  }

  get underWay(): number {
    return this.count
  }
}
