import { onAuthority } from "../access.ts"
import { op, type Out } from "../define.ts"
import { badTag, tooManyTags } from "../errors.ts"
import { TAGS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { authorities, findAuthority, type Authority } from "./authority.ts"
import { assertNotDeleted } from "./state.ts"

type Tags = Authority["tags"]
interface Tag {
  readonly Key: string
  readonly Value?: string | undefined
}

/** Throws InvalidTagException, TooManyTagsException. The words are not verified. */
export function withTags(old: Tags, given: readonly Tag[] = []): Tags {
  assertKeys(given)
  const added = Object.fromEntries(given.map(({ Key, Value = "" }) => [Key, Value]))
  const tags = { ...old, ...added }
  if (Object.keys(tags).length > TAGS) throw tooManyTags()
  return tags
}

function assertKeys(given: readonly Tag[]): void {
  const keys = given.map(({ Key }) => Key)
  if (keys.some((key) => /^aws:/i.test(key))) throw badTag("Tag keys must not begin with aws:.")
  if (new Set(keys).size < keys.length) throw badTag("A tag key is given twice.")
}

/** UntagCertificateAuthority: with a value, only a tag of that value goes. */
function withoutTags(old: Tags, given: readonly Tag[]): Tags {
  const gone = given.filter(({ Key, Value }) => Value === undefined || old[Key] === Value)
  const keys = new Set(gone.map(({ Key }) => Key))
  return Object.fromEntries(Object.entries(old).filter(([key]) => !keys.has(key)))
}

export const TagCertificateAuthority = op.write("TagCertificateAuthority", {
  authorize: onAuthority,
  run(tx, input, call): Out<"TagCertificateAuthority"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    tx.replace(authorities, authority, { ...authority, tags: withTags(authority.tags, input.Tags) })
    return {}
  },
})

export const UntagCertificateAuthority = op.write("UntagCertificateAuthority", {
  authorize: onAuthority,
  run(tx, input, call): Out<"UntagCertificateAuthority"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    const tags = withoutTags(authority.tags, input.Tags)
    tx.replace(authorities, authority, { ...authority, tags })
    return {}
  },
})

export const ListTags = op.read("ListTags", {
  authorize: onAuthority,
  run(tx, input, call): Out<"ListTags"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    const all = Object.entries(authority.tags).map(([Key, Value]) => ({ Key, Value }))
    const { items, more } = pageOf(all, input, TAGS)
    return { Tags: [...items], ...more }
  },
})
