import { Parser } from "./parser.ts"
import type { PathNode } from "./tree.ts"

/** Parses a projection expression: paths, separated by commas. Throws ValidationException. */
export function parseProjection(text: string): readonly PathNode[] {
  const parser = new Parser("ProjectionExpression", text)
  const paths: PathNode[] = []
  do paths.push(parser.path())
  while (parser.lexer.skip(","))
  parser.end()
  return paths
}
