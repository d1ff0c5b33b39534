import { onCertificate } from "../access.ts"
import { op, type Out } from "../define.ts"
import { reservedTag, tooManyTags } from "../errors.ts"
import { TAGS } from "../limits.ts"
import { change, findCertificate, type Certificate } from "./certificate.ts"

type Tags = Certificate["tags"]
interface Tag {
  readonly Key: string
  readonly Value?: string | undefined
}

/** Throws ValidationException, TooManyTagsException. */
export function withTags(old: Tags, given: readonly Tag[] = []): Tags {
  assertKeys(given)
  const tags = { ...old, ...Object.fromEntries(given.map(({ Key, Value = "" }) => [Key, Value])) }
  if (Object.keys(tags).length > TAGS) throw tooManyTags(tags)
  return tags
}

function assertKeys(given: readonly Tag[]): void {
  const reserved = given.find(({ Key }) => Key.startsWith("aws:"))
  if (reserved) throw reservedTag(reserved.Key)
}

export const AddTagsToCertificate = op.write("AddTagsToCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"AddTagsToCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    change(tx, certificate, { tags: withTags(certificate.tags, input.Tags) })
    return {}
  },
})

export const RemoveTagsFromCertificate = op.write("RemoveTagsFromCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"RemoveTagsFromCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    assertKeys(input.Tags)
    const { tags } = certificate
    // "If you specify a value, the tag is removed only if it is associated with that value."
    const gone = input.Tags.filter(({ Key, Value }) => Value === undefined || tags[Key] === Value)
    const keys = new Set(gone.map(({ Key }) => Key))
    const kept = Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key)))
    change(tx, certificate, { tags: kept })
    return {}
  },
})

export const ListTagsForCertificate = op.read("ListTagsForCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"ListTagsForCertificate"> {
    const { tags } = findCertificate(tx, input.CertificateArn, call)
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
  },
})
