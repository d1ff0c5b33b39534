import type { WireRequest } from "../kernel/wire.ts"
import type { OperationModel, ServiceModel } from "../models/schema.ts"
import { greedyEnd, labelTexts, parseTemplate } from "./http/path-template.ts"
import type { PathTemplate } from "./http/path-template.ts"

export interface RouteMatch {
  readonly operation: OperationModel
  /** Text of each label of the template as sent, still percent-encoded. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Finds the operation of a REST request by method, path, constant query parameters and, where
 * operations share all of these, by the parameters and headers that they require. `undefined`
 * when there is none: nothing is guessed.
 */
export type Router = (
  request: Pick<WireRequest, "method" | "path" | "query" | "headers">,
) => RouteMatch | undefined

interface Route {
  readonly operation: OperationModel
  readonly template: PathTemplate
  readonly labels: readonly string[]
  /** Required parameters and headers, where they tell operations apart. */
  conditions: { readonly query: readonly string[]; readonly headers: readonly string[] }
  rank: number
}

/** The routes of one method and path. */
interface Routes {
  /** Query parameters that the model has anywhere. */
  readonly known: ReadonlySet<string>
  /** S3: names of parameters without a value that make something else of a path, such as `acl`. */
  readonly subResources: ReadonlySet<string>
  readonly all: Route[]
  /** Routes with constant query parameters, by the name of the first. */
  readonly byConstant: Map<string, Route[]>
  readonly plain: Route[]
}

/** A place in the tree of paths. Constants come before labels, and labels before greedy ones. */
interface Place {
  readonly constants: Map<string, Place>
  label: Place | undefined
  /** Greedy labels by the constant text behind them, the longest first. */
  readonly greedy: { readonly after: string; readonly place: Place }[]
  readonly methods: Map<string, Routes>
}

// Operations that another one has replaced at the same place (S3 API reference: "deprecated"),
// or that have an endpoint of their own (ListDirectoryBuckets: `s3express-control`).
const NOT_ROUTED = new Set([
  ...["GetBucketLifecycle", "GetBucketNotification", "ListDirectoryBuckets"],
  ...["PutBucketLifecycle", "PutBucketNotification"],
])
// Operations that have no sub-resource but make no sense without their required parameter.
const ALWAYS_CONDITIONAL = new Set(["CompleteMultipartUpload"])

/** Builds the tree for a model: once, not per request. Throws when two operations are one. */
export function router(model: ServiceModel): Router {
  const root = newPlace()
  const isS3 = model.id === "s3"
  const known = new Set<string>()
  const subResources = new Set<string>()
  const groups = new Set<Routes>()
  for (const operation of Object.values(model.operations)) {
    if (isS3 && NOT_ROUTED.has(operation.name)) continue
    const route = newRoute(operation)
    for (const [name, value] of route.template.query) {
      known.add(name)
      if (isS3 && value === undefined) subResources.add(name)
    }
    for (const [name, member] of Object.entries(operation.input?.members ?? {})) {
      if (member.location === "querystring") known.add(member.locationName ?? name)
    }
    const { methods } = placeOf(root, route.template)
    const routes = methods.get(operation.http.method) ?? newRoutes(known, subResources)
    methods.set(operation.http.method, routes)
    routes.all.push(route)
    groups.add(routes)
  }
  for (const routes of groups) arrange(routes, isS3)
  return (request) => {
    const route = find(root, request, 0)
    if (route === undefined) return undefined
    const texts = labelTexts(route.template, request.path) ?? []
    const labels: Record<string, string> = {}
    for (let i = 0; i < route.labels.length; i++) labels[route.labels[i]!] = texts[i]!
    return { operation: route.operation, labels }
  }
}

type RoutedRequest = Parameters<Router>[0]

/** Looks for the rest of the path, from its "/" at `at`. */
function find(place: Place, request: RoutedRequest, at: number): Route | undefined {
  const { path } = request
  const rest = path.length - at
  if (rest > 0 && path.charCodeAt(at) !== 0x2f) return undefined
  if (rest < 2) return choose(place.methods.get(request.method), request)
  const slash = path.indexOf("/", at + 1)
  const end = slash === -1 ? path.length : slash
  if (end > at + 1) {
    const constant = place.constants.get(path.slice(at + 1, end))
    const found = constant && find(constant, request, end)
    if (found !== undefined) return found
    const labelled = place.label && find(place.label, request, end)
    if (labelled !== undefined) return labelled
  }
  for (const { after, place: behind } of place.greedy) {
    if (greedyEnd(after, path) <= at + 1) continue
    const found = choose(behind.methods.get(request.method), request)
    if (found !== undefined) return found
  }
  return undefined
}

function choose(routes: Routes | undefined, request: RoutedRequest): Route | undefined {
  if (routes === undefined) return undefined
  if (request.query === "" || hasNoChoice(routes)) return best(routes.plain, request, undefined)
  const parameters = parametersOf(request.query)
  let found: Route | undefined
  for (const name of parameters.keys()) {
    const candidates = routes.byConstant.get(name)
    const candidate = candidates && best(candidates, request, parameters)
    if (candidate && (found === undefined || candidate.rank > found.rank)) found = candidate
  }
  if (found !== undefined) return found
  return isForAnother(routes, request, parameters)
    ? undefined
    : best(routes.plain, request, parameters)
}

const hasNoChoice = ({ byConstant, plain, subResources }: Routes): boolean =>
  byConstant.size === 0 && plain.length === 1 && subResources.size === 0

/**
 * Whether it is a sub-resource that is asked for, and none of this method: that must not become a
 * write to, or a read of, the resource itself.
 */
function isForAnother(
  { known, subResources, byConstant }: Routes,
  { method }: RoutedRequest,
  parameters: QueryParameters,
): boolean {
  const reads = method === "GET" || method === "HEAD"
  for (const [name, value] of parameters) {
    // Parameters with a value that S3 does not know say nothing to it: pages are read with them.
    if (subResources.has(name) && (!reads || !value)) return true
    // A sub-resource that nobody knows: clients in Go write `?acl=`. A signature's parts are none.
    if (!reads && byConstant.size > 0 && !value && !known.has(name) && !/^x-amz-/i.test(name))
      return true
  }
  return false
}

/** Names and values as sent; `undefined` for a name without "=". */
type QueryParameters = ReadonlyMap<string, string | undefined>

/** The first that fits: candidates are in the order of their rank. */
function best(
  candidates: readonly Route[],
  request: RoutedRequest,
  parameters: QueryParameters | undefined,
): Route | undefined {
  for (const route of candidates) {
    if (fits(route, request, parameters)) return route
  }
  return undefined
}

function fits(
  route: Route,
  request: RoutedRequest,
  parameters: QueryParameters | undefined,
): boolean {
  for (const [name, value] of route.template.query) {
    if (!parameters?.has(name)) return false
    if (value !== undefined && parameters.get(name) !== value) return false
  }
  const { query, headers } = route.conditions
  // One of several is enough: the operation then says which parameter is missing.
  if (query.length > 0 && !query.some((name) => parameters?.has(name))) return false
  return headers.every((name) => request.headers[name] !== undefined)
}

function parametersOf(query: string): Map<string, string | undefined> {
  const parameters = new Map<string, string | undefined>()
  for (let at = 0; at < query.length;) {
    const amp = query.indexOf("&", at)
    const pair = query.slice(at, amp === -1 ? query.length : amp)
    const equals = pair.indexOf("=")
    if (equals === -1) parameters.set(pair, undefined)
    else parameters.set(pair.slice(0, equals), pair.slice(equals + 1))
    if (amp === -1) break
    at = amp + 1
  }
  return parameters
}

function newPlace(): Place {
  return { constants: new Map(), label: undefined, greedy: [], methods: new Map() }
}

function newRoutes(known: ReadonlySet<string>, subResources: ReadonlySet<string>): Routes {
  return { known, subResources, all: [], byConstant: new Map(), plain: [] }
}

function newRoute(operation: OperationModel): Route {
  const template = parseTemplate(operation.http.requestUri)
  const labels = template.segments.filter((segment) => segment.kind !== "constant")
  const conditions = { query: [], headers: [] }
  return { operation, template, labels: labels.map(({ text }) => text), conditions, rank: 0 }
}

function placeOf(root: Place, template: PathTemplate): Place {
  let place = root
  for (const segment of template.segments) {
    if (segment.kind === "greedy") return greedyPlace(place, template.afterGreedy)
    if (segment.kind === "label") place = place.label ??= newPlace()
    else {
      const next = place.constants.get(segment.text) ?? newPlace()
      place.constants.set(segment.text, next)
      place = next
    }
  }
  return place
}

function greedyPlace(place: Place, after: string): Place {
  const known = place.greedy.find((greedy) => greedy.after === after)
  if (known !== undefined) return known.place
  const greedy = { after, place: newPlace() }
  place.greedy.push(greedy)
  place.greedy.sort((a, b) => b.after.length - a.after.length)
  return greedy.place
}

/** Finds what tells the routes of one place apart, and puts the most specific first. */
function arrange(routes: Routes, isS3: boolean): void {
  for (const route of routes.all) {
    const same = routes.all.filter((other) => constantsOf(other) === constantsOf(route))
    if (same.length > 1 || (isS3 && ALWAYS_CONDITIONAL.has(route.operation.name))) {
      route.conditions = conditionsOf(route.operation)
    }
    const { query, headers } = route.conditions
    route.rank = route.template.query.length * 100 + query.length + headers.length
  }
  routes.all.sort((a, b) => b.rank - a.rank)
  for (const [i, route] of routes.all.entries()) {
    const next = routes.all[i + 1]
    if (next && distinction(next) === distinction(route)) {
      throw new Error(`${route.operation.name} and ${next.operation.name} have the same requests`)
    }
    const first = route.template.query[0]?.[0]
    if (first === undefined) routes.plain.push(route)
    else routes.byConstant.set(first, [...(routes.byConstant.get(first) ?? []), route])
  }
}

function constantsOf(route: Route): string {
  return JSON.stringify(route.template.query)
}

function distinction(route: Route): string {
  return JSON.stringify([route.template.query, route.conditions])
}

function conditionsOf(operation: OperationModel): Route["conditions"] {
  const query: string[] = []
  const headers: string[] = []
  for (const name of operation.input?.required ?? []) {
    const member = operation.input?.members[name]
    const wire = member?.locationName ?? name
    if (member?.location === "querystring") query.push(wire)
    if (member?.location === "header") headers.push(wire.toLowerCase())
  }
  return { query, headers }
}
