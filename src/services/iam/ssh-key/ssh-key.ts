import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { quotaExceeded, statusAsked, userNameNeeded } from "../errors.ts"
import { seconds } from "../names.ts"
import { pageOf } from "../paging.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { namedOrCaller } from "../user/caller.ts"
import { findUser, type User } from "../user/user.ts"
import { fingerprintOf, parseRsaKey, pemForm, sshForm } from "./rsa-key.ts"

/** A public key of a user for CodeCommit. */
export interface SshKey {
  readonly account: string
  readonly userId: string
  /** `APKA…`. */
  readonly id: string
  /** SSH's binary form, base 64. */
  readonly blob: string
  /** As sent. */
  readonly body: string
  readonly status: "Active" | "Inactive"
  readonly uploadedMs: number
}

export const sshKeys = table<SshKey>("iam/sshKey", {
  key: ({ account, userId, id }) => [account, userId, id],
})

/** "SSH public keys per user" ("IAM and AWS STS quotas"). */
const PER_USER = 5

/** Those of a user, ordered by id. */
export const sshKeysOf = (tx: ReadTx, { account, id }: User): readonly SshKey[] =>
  tx.scan(sshKeys, { prefix: [account, id], limit: PER_USER + 1 }).rows

const metadata = (key: SshKey, { name }: User) => ({
  UserName: name,
  SSHPublicKeyId: key.id,
  Status: key.status,
  UploadDate: key.uploadedMs,
})

const whole = (key: SshKey, user: User, body: string) => ({
  ...metadata(key, user),
  Fingerprint: fingerprintOf(Buffer.from(key.blob, "base64")),
  SSHPublicKeyBody: body,
})

export const UploadSSHPublicKey = op.write("UploadSSHPublicKey", {
  authorize: onUser,
  run(tx, { UserName, SSHPublicKeyBody: body }, call): Out<"UploadSSHPublicKey"> {
    const user = findUser(tx, call.account, UserName)
    const blob = parseRsaKey(body)?.toString("base64")
    // Not verified.
    if (blob === undefined)
      throw op.error(
        "InvalidPublicKeyException",
        "The public key is malformed or otherwise invalid.",
      )
    const keys = sshKeysOf(tx, user)
    if (keys.some((key) => key.blob === blob))
      throw op.error(
        "DuplicateSSHPublicKeyException",
        // Not verified.
        "The SSH public key is already associated with the specified IAM user.",
      )
    if (keys.length >= PER_USER) throw quotaExceeded("SSHPublicKeysPerUser", PER_USER)
    const key = {
      ...{ account: user.account, userId: user.id, blob, body },
      id: newUniqueId(tx, "APKA", call),
      status: "Active",
      uploadedMs: seconds(tx.now),
    } as const
    tx.insert(sshKeys, key)
    return { SSHPublicKey: whole(key, user, body) }
  },
})

interface ById {
  readonly UserName: string
  readonly SSHPublicKeyId: string
}

function find(tx: ReadTx, input: ById, { account }: Call): { key: SshKey; user: User } {
  const user = findUser(tx, account, input.UserName)
  const key = tx.get(sshKeys, [account, user.id, input.SSHPublicKeyId])
  if (!key)
    throw op.error(
      "NoSuchEntityException",
      `The Public Key with id ${input.SSHPublicKeyId} cannot be found.`,
    )
  return { key, user }
}

export const GetSSHPublicKey = op.read("GetSSHPublicKey", {
  authorize: onUser,
  run(tx, input, call): Out<"GetSSHPublicKey"> {
    const { key, user } = find(tx, input, call)
    const form = input.Encoding === "PEM" ? pemForm : sshForm
    return { SSHPublicKey: whole(key, user, form(Buffer.from(key.blob, "base64"))) }
  },
})

export const ListSSHPublicKeys = op.read("ListSSHPublicKeys", {
  authorize: onUser,
  run(tx, input, call): Out<"ListSSHPublicKeys"> {
    const user = namedOrCaller(tx, input.UserName, call)
    if (user === "root") throw userNameNeeded()
    const { items, more } = pageOf(sshKeysOf(tx, user), ({ id }) => id, input)
    return { SSHPublicKeys: items.map((key) => metadata(key, user)), ...more }
  },
})

export const UpdateSSHPublicKey = op.write("UpdateSSHPublicKey", {
  authorize: onUser,
  run(tx, input, call): Out<"UpdateSSHPublicKey"> {
    const { key } = find(tx, input, call)
    const status = statusAsked(input.Status)
    tx.replace(sshKeys, key, { ...key, status })
    return {}
  },
})

export const DeleteSSHPublicKey = op.write("DeleteSSHPublicKey", {
  authorize: onUser,
  run(tx, input, call): Out<"DeleteSSHPublicKey"> {
    tx.remove(sshKeys, find(tx, input, call).key)
    return {}
  },
})
