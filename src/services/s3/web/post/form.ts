import type { WireResponse } from "../../../../kernel/wire.ts"
import type { Values } from "../../../../protocols/codec.ts"
import type { FormPlan, PostedForm } from "../../../../registry/form.ts"
import { assertKnownChecksums } from "../../checksums/checksum.ts"
import { invalidArgument, malformedXml } from "../../errors.ts"
import { keyPath } from "../../objects/key-path.ts"
import { assertPolicy } from "./policy.ts"

/** Fields of a form that are members of PutObject ("POST Object"). */
const MEMBERS: Readonly<Record<string, string>> = {
  acl: "ACL",
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "content-md5": "ContentMD5",
  "content-type": "ContentType",
  expires: "Expires",
  "x-amz-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-checksum-sha512": "ChecksumSHA512",
  "x-amz-checksum-md5": "ChecksumMD5",
  "x-amz-checksum-xxhash64": "ChecksumXXHASH64",
  "x-amz-checksum-xxhash3": "ChecksumXXHASH3",
  "x-amz-checksum-xxhash128": "ChecksumXXHASH128",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-server-side-encryption-context": "SSEKMSEncryptionContext",
  "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "x-amz-server-side-encryption-customer-key": "SSECustomerKey",
  "x-amz-server-side-encryption-customer-key-md5": "SSECustomerKeyMD5",
  "x-amz-storage-class": "StorageClass",
  "x-amz-website-redirect-location": "WebsiteRedirectLocation",
}
const METADATA = "x-amz-meta-"

/** A browser's upload as the PutObject that it is, once its policy lets it. */
export function planForm(form: PostedForm): FormPlan {
  const { fields, file } = form
  // The names of buckets have nothing to escape.
  const Bucket = form.path.split("/")[1] ?? ""
  const Key = keyOf(form)
  const policy = fields.get("policy")
  // Recorded: of what nobody signed it is asked first whether everybody may.
  if (policy !== undefined && form.isSigned)
    assertPolicy(policy, {
      values: new Map([...fields, ["bucket", Bucket], ["key", Key]]),
      fields: form.names.map((name) => name.toLowerCase()),
      fileBytes: file.bytes,
      nowMs: form.nowMs,
    })
  const input: Values = { Bucket, Key, Body: file.body, ContentLength: file.bytes }
  const metadata: Record<string, string> = {}
  for (const [name, value] of fields) {
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined
    if (member !== undefined) input[member] = value
    else if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = value
  }
  if (Object.keys(metadata).length > 0) input["Metadata"] = metadata
  assertKnownChecksums(Object.fromEntries(fields))
  const tagging = fields.get("tagging")
  if (tagging !== undefined) input["Tagging"] = taggingHeader(tagging)
  return {
    operation: "PutObject",
    input,
    respond: (output) => respond(form, { Bucket, Key, etag: textOf(output["ETag"]) }),
  }
}

/** `${filename}` in a key stands for the name of the file, where that is known (recorded). */
function keyOf({ fields, file }: PostedForm): string {
  const key = fields.get("key")
  if (key === undefined)
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      "key",
      "",
    )
  const name = file.name?.split(/[/\\]/).at(-1)
  const named = name ? key.replaceAll("${filename}", name) : key
  if (named === "") throw invalidArgument("User key must have a length greater than 0.", "key", "")
  return named
}

/** Tags of a form are XML, those of a header a query. */
function taggingHeader(xml: string): string {
  const root = /^\s*(?:<\?xml[^>]*\?>\s*)?<([A-Za-z]\w*)/.exec(xml)?.[1]
  if (root === undefined) throw malformedXml()
  // Recorded: a document of something else has no tags.
  if (root !== "Tagging") return ""
  const tags = new URLSearchParams()
  for (const [, key = "", value = ""] of xml.matchAll(
    /<Tag>\s*<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>\s*<\/Tag>/g,
  ))
    tags.append(key, value)
  return tags.toString()
}

interface Posted {
  readonly Bucket: string
  readonly Key: string
  /** With its quotes. */
  readonly etag: string
}

/** "success_action_redirect" and "success_action_status": 204 unless told otherwise. */
function respond(form: PostedForm, posted: Posted): WireResponse {
  const { Bucket, Key, etag } = posted
  const location = `${form.endpoint}/${pathOf(form, posted)}`
  const target = redirectTarget(form.fields)
  if (target) {
    target.searchParams.set("bucket", Bucket)
    target.searchParams.set("key", Key)
    target.searchParams.set("etag", etag)
    return { status: 303, headers: { location: target.href }, body: "" }
  }
  const status = Number(form.fields.get("success_action_status"))
  const headers = { location }
  if (status === 200) return { status, headers, body: "" }
  if (status !== 201) return { status: 204, headers, body: "" }
  const element = (name: string, text: string): string => `<${name}>${escape(text)}</${name}>`
  return {
    status,
    headers: { ...headers, "content-type": "application/xml" },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>' +
      element("Location", location) +
      element("Bucket", Bucket) +
      element("Key", Key) +
      `${element("ETag", etag)}</PostResponse>`,
  }
}

/** As the form's own address has it: with the bucket in the path, or in the host. */
function pathOf({ endpoint }: PostedForm, { Bucket, Key }: Posted): string {
  const key = keyPath(Key)
  return new URL(endpoint).host.startsWith(`${Bucket}.`) ? key : `${Bucket}/${key}`
}

/** What is no URL is as if it were not there ("success_action_redirect"). */
function redirectTarget(fields: ReadonlyMap<string, string>): URL | undefined {
  const text = fields.get("success_action_redirect") ?? fields.get("redirect")
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
