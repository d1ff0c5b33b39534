/** One piece of a path template: a constant segment, a label, or a label over many segments. */
export interface TemplateSegment {
  readonly kind: "constant" | "label" | "greedy"
  /** The constant text, or the label's name. */
  readonly text: string
}

/** A model's `requestUri`, taken apart. */
export interface PathTemplate {
  readonly segments: readonly TemplateSegment[]
  /** Constant query parameters; `undefined` where only the name counts (`?acl`). */
  readonly query: readonly (readonly [name: string, value: string | undefined])[]
  /** Constant text behind a greedy label, with its leading "/"; "" when there is none. */
  readonly afterGreedy: string
}

/** Takes `/{Bucket}/{Key+}?tagging` apart. Throws when it is not a template of AWS's models. */
export function parseTemplate(requestUri: string): PathTemplate {
  const mark = requestUri.indexOf("?")
  const path = mark === -1 ? requestUri : requestUri.slice(0, mark)
  const segments = path
    .split("/")
    .filter((text) => text !== "")
    .map(templateSegment)
  const greedy = segments.findIndex((segment) => segment.kind === "greedy")
  const after = greedy === -1 ? [] : segments.slice(greedy + 1)
  if (after.some((segment) => segment.kind !== "constant")) {
    throw new Error(`Label behind a greedy label: ${requestUri}`)
  }
  return {
    segments,
    query: mark === -1 ? [] : constantQuery(requestUri.slice(mark + 1)),
    afterGreedy: after.map((segment) => `/${segment.text}`).join(""),
  }
}

function templateSegment(text: string): TemplateSegment {
  if (!text.startsWith("{")) {
    if (text.includes("{")) throw new Error(`Label inside a segment: ${text}`)
    return { kind: "constant", text }
  }
  if (text.endsWith("+}")) return { kind: "greedy", text: text.slice(1, -2) }
  if (!text.endsWith("}")) throw new Error(`Label inside a segment: ${text}`)
  return { kind: "label", text: text.slice(1, -1) }
}

function constantQuery(query: string): [string, string | undefined][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=")
      return equals === -1 ? [pair, undefined] : [pair.slice(0, equals), pair.slice(equals + 1)]
    })
}

/**
 * The labels' texts as sent (still percent-encoded), in the template's order; `undefined` when
 * the path does not fit. A trailing "/" has no meaning, except at the end of a greedy label.
 */
export function labelTexts(template: PathTemplate, path: string): string[] | undefined {
  const labels: string[] = []
  let at = 0
  for (const segment of template.segments) {
    if (path.charCodeAt(at) !== 0x2f) return undefined
    at += 1
    if (segment.kind === "greedy") {
      const end = greedyEnd(template.afterGreedy, path)
      if (end <= at) return undefined
      labels.push(path.slice(at, end))
      return labels
    }
    const slash = path.indexOf("/", at)
    const end = slash === -1 ? path.length : slash
    if (end === at) return undefined
    if (segment.kind === "label") labels.push(path.slice(at, end))
    else if (segment.text.length !== end - at || !path.startsWith(segment.text, at)) {
      return undefined
    }
    at = end
  }
  const rest = path.length - at
  return rest === 0 || (rest === 1 && path.charCodeAt(at) === 0x2f) ? labels : undefined
}

/** Where a greedy label ends when `after` has to follow it; 0 when it does not follow. */
export function greedyEnd(after: string, path: string): number {
  if (after === "") return path.length
  const end = path.endsWith("/") ? path.length - 1 : path.length
  return path.endsWith(after, end) ? end - after.length : 0
}
