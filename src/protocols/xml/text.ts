import { escapeXml } from "./escape.ts"

/** Longer fixed text is written in several pieces. */
const LONGEST = 256
/** So many joints are kept: lists whose words change all the time could have any number. */
const MOST = 4_096
const QUOTE = 0x22

/**
 * What stands between two values of a document: a tag or a known word, or several of them. A row of a
 * list has mostly the same between its values as the row before it: `</Key><LastModified>`, say, which
 * is then one piece of text and not two. So an answer has half as many pieces, and what making one
 * string of it costs goes by their number.
 */
export class FixedText {
  readonly text: string
  readonly #count: { joints: number }
  /** What came behind it last, and the two together. */
  #next: FixedText | undefined
  #joined: FixedText | undefined
  #others: Map<FixedText, FixedText> | undefined

  constructor(text: string, count: { joints: number }) {
    this.text = text
    this.#count = count
  }

  /** This and `next` behind it; undefined where they stay apart. */
  with(next: FixedText): FixedText | undefined {
    return next === this.#next ? this.#joined : this.#join(next)
  }

  #join(next: FixedText): FixedText | undefined {
    this.#joined = this.#others?.get(next) ?? this.#newJoint(next)
    this.#next = next
    return this.#joined
  }

  #newJoint(next: FixedText): FixedText | undefined {
    const count = this.#count
    if (count.joints >= MOST || this.text.length + next.text.length > LONGEST) return undefined
    count.joints += 1
    const joined = new FixedText(flat(this.text, next.text), count)
    this.#others ??= new Map()
    this.#others.set(next, joined)
    return joined
  }
}

/**
 * One piece of text. What `+` joins V8 keeps as a tree of its parts, through which every answer
 * that has it would go anew (measured: a third of the time that making one string of a list takes).
 */
export const flat = (...parts: readonly string[]): string => parts.join("")

/** Makes fixed texts that can be joined. */
export class FixedTexts {
  readonly #count = { joints: 0 }
  readonly quote = this.of("&quot;")

  of(...parts: readonly string[]): FixedText {
    return new FixedText(flat(...parts), this.#count)
  }
}

/** A document, or a part of one, while it is written. */
export class XmlText {
  readonly #quote: FixedText
  #text = ""
  /** What stands behind the text, and before the next value. */
  #fixed: FixedText | undefined

  constructor({ quote }: FixedTexts) {
    this.#quote = quote
  }

  add(piece: FixedText): void {
    const fixed = this.#fixed
    const joined = fixed === undefined ? piece : fixed.with(piece)
    if (joined === undefined) this.#text += fixed!.text
    this.#fixed = joined ?? piece
  }

  /** Adds what needs no escaping. */
  addValue(text: string): void {
    const fixed = this.#fixed
    this.#text = fixed === undefined ? this.#text + text : this.#text + fixed.text + text
    this.#fixed = undefined
  }

  addText(text: string): void {
    const last = text.length - 1
    // ETags, of which a list has a thousand.
    if (last > 0 && text.charCodeAt(0) === QUOTE && text.charCodeAt(last) === QUOTE) {
      this.add(this.#quote)
      this.addValue(escapeXml(text.slice(1, last)))
      this.add(this.#quote)
    } else this.addValue(escapeXml(text))
  }

  get text(): string {
    return this.#text
  }

  get fixed(): FixedText | undefined {
    return this.#fixed
  }

  /** Takes back all that was added since it had this. */
  goBack(text: string, fixed: FixedText | undefined): void {
    this.#text = text
    this.#fixed = fixed
  }

  whole(): string {
    return this.#fixed === undefined ? this.#text : this.#text + this.#fixed.text
  }
}
