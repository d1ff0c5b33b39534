import type { WireRequest, WireResponse } from "../../kernel/wire.ts"
import type { Cloud } from "../cloud.ts"

/** The cloud itself, and no bucket, website or service, each of which has a name before it. */
const BARE_ADDRESS = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/**
 * Somebody who opens the cloud's address in a browser. No operation of AWS's is asked for so: it
 * would be signed, name a service in its host, or go to a path, and no client of an API wants HTML.
 */
export const isVisit = ({ path, method, query, headers }: WireRequest): boolean =>
  path === "/" &&
  method === "GET" &&
  query === "" &&
  headers["authorization"] === undefined &&
  headers["x-amz-target"] === undefined &&
  (headers["accept"]?.includes("text/html") ?? false) &&
  BARE_ADDRESS.test(headers["host"] ?? "")

/** A page that says what this is, and how to go on. */
export function welcome(cloud: Cloud, request: WireRequest, version: string): WireResponse {
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      "cache-control": "no-store",
    },
    body: page(cloud, { url: urlFor(request), version }),
  }
}

/** Clients put buckets into the path where the host is a number; not every machine finds others. */
function urlFor({ headers, secure, remoteAddress }: WireRequest): string {
  const host = headers["host"] ?? ""
  const isIpv4 = !remoteAddress.includes(":")
  return `${secure ? "https" : "http"}://${isIpv4 ? host.replace(/^localhost/i, "127.0.0.1") : host}`
}

function page(cloud: Cloud, { url, version }: { url: string; version: string }): string {
  const { region, strict } = cloud.settings
  const keys = strict
    ? "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… # those of the first start, or made here since"
    : "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Cloudarium</title>
<link rel="icon" href="data:,">
<style>body{font:16px/1.5 sans-serif;max-width:48rem;margin:3rem auto;padding:0 1rem}pre{overflow:auto;background:#eee;color:#111;padding:1rem}</style>
<h1>Cloudarium ${version}</h1>
<p>An AWS-compatible cloud runs here. It is for AWS's clients; this page is all that it has for browsers.</p>
<pre>export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=${region}
export ${keys}
aws --endpoint-url ${url} sqs create-queue --queue-name hello</pre>
<p>Services: ${cloud.catalog.ids.join(", ")}. Every other AWS operation answers <code>501 NotImplemented</code>.</p>
<p>As JSON, on this machine only:</p>
<ul>
<li><a href="/_cloudarium/health">what runs, the clock, what is down</a></li>
<li><a href="/_cloudarium/requests">the latest requests</a>, and <a href="/_cloudarium/requests?denied">those that were denied</a></li>
<li><a href="/_cloudarium/operations">which operations there are</a></li>
<li><a href="/_cloudarium/snapshots">snapshots</a>, <a href="/_cloudarium/faults">faults</a>, <a href="/_cloudarium/quotas">quotas</a></li>
</ul>
<p>The command line turns the clock, faults, snapshots and more: <code>cloudarium --help</code>.</p>
</html>
`
}
