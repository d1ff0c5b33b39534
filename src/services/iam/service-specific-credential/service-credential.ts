import { hash } from "node:crypto"
import type { AccessRequest } from "../../../iam/access.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onUser } from "../access.ts"
import { onAccount } from "../grant.ts"
import { op, type Out } from "../define.ts"
import { invalidInput, quotaExceeded, statusAsked, userNameNeeded } from "../errors.ts"
import { nameKey, seconds } from "../names.ts"
import { pageOf } from "../paging.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { namedOrCaller } from "../user/caller.ts"
import { findUser, userOfId, users, type User } from "../user/user.ts"

/** A user name and password of a user for one service, or an API key of a user for one. */
export interface ServiceCredential {
  readonly account: string
  readonly userId: string
  /** `ACCA…`. */
  readonly id: string
  readonly service: string
  /** Of an API key its alias: the public part. */
  readonly serviceUserName: string
  /** SHA-256 of the password, which is random enough to need no more; hexadecimal. */
  readonly passwordHash: string
  readonly status: "Active" | "Inactive"
  readonly createdMs: number
  /** API keys may end. */
  readonly expiresMs?: number | undefined
}

export const serviceCredentials = table<ServiceCredential>("iam/serviceCredential", {
  key: ({ account, userId, id }) => [account, userId, id],
})

const PASSWORDS: ReadonlySet<string> = Object.freeze(
  new Set(["codecommit.amazonaws.com", "cassandra.amazonaws.com"]),
)
/** Services that take an API key, with how the keys begin (as users quote them). */
const API_KEYS: Readonly<Record<string, string>> = Object.freeze({
  "bedrock.amazonaws.com": "ABSK",
  "logs.amazonaws.com": "ACWL",
})
const prefixOf = (service: string): string | undefined =>
  Object.hasOwn(API_KEYS, service) ? API_KEYS[service] : undefined
const DAY_MS = 86_400_000
/** "A maximum of two sets of service-specific credentials for each supported service per user". */
const PER_SERVICE = 2
const MOST_PER_USER = 10
const MOST_PER_ACCOUNT = 50_000
const PASSWORD_BYTES = 32

/** Those of a user, ordered by id. */
export const serviceCredentialsOf = (
  tx: ReadTx,
  { account, id }: User,
): readonly ServiceCredential[] =>
  tx.scan(serviceCredentials, { prefix: [account, id], limit: MOST_PER_USER }).rows

function assertService(service: string): void {
  // Recorded; NoSuchEntity is the code of ServiceNotSupported.
  if (!PASSWORDS.has(service) && prefixOf(service) === undefined)
    throw op.error(
      "NoSuchEntityException",
      `No such service ${service} is supported for Service Specific Credentials`,
    )
}

/** Of an API key as users of AWS quote it. */
const metadata = (credential: ServiceCredential, UserName: string, now: number) => ({
  CreateDate: credential.createdMs,
  ...(credential.expiresMs !== undefined && { ExpirationDate: credential.expiresMs }),
  ServiceName: credential.service,
  ...(prefixOf(credential.service) === undefined
    ? { ServiceUserName: credential.serviceUserName }
    : { ServiceCredentialAlias: credential.serviceUserName }),
  ServiceSpecificCredentialId: credential.id,
  UserName,
  Status: now < (credential.expiresMs ?? Infinity) ? credential.status : ("Expired" as const),
})

interface Secret {
  readonly passwordHash: string
  /** What an answer tells of it, this once. */
  readonly member: { readonly ServicePassword: string } | { ServiceCredentialSecret: string }
}

/** A password, or an API key: its prefix, and in base64 its alias with what is secret. */
function newSecret(tx: WriteTx, service: string, alias: string): Secret {
  const bytes = tx.random("iam/service-password").bytes(PASSWORD_BYTES)
  const password = Buffer.from(bytes).toString("base64")
  const prefix = prefixOf(service)
  if (prefix === undefined)
    return { passwordHash: sha256(password), member: { ServicePassword: password } }
  const key = prefix + Buffer.from(`${alias}:${password}`).toString("base64")
  return { passwordHash: sha256(key), member: { ServiceCredentialSecret: key } }
}

const sha256 = (text: string): string => hash("sha256", text, "hex")

interface OnCredential {
  readonly UserName?: string | undefined
  readonly ServiceName?: string | undefined
  readonly CredentialAgeDays?: number | undefined
  readonly ServiceSpecificCredentialId?: string | undefined
}

/** The caller may do it for the user, and for credentials of this service. */
function onServiceCredential(tx: ReadTx, input: OnCredential, call: Call): AccessRequest {
  const request = onUser(tx, input, call)
  const { CredentialAgeDays: days } = input
  const service = input.ServiceName ?? serviceOf(tx, input, call)
  return {
    ...request,
    context: {
      ...request.context,
      ...(service !== undefined && { "iam:ServiceSpecificCredentialServiceName": service }),
      ...(days !== undefined && { "iam:ServiceSpecificCredentialAgeDays": String(days) }),
    },
  }
}

/** Undefined where there is no such user or credential: that is said later. */
function serviceOf(tx: ReadTx, input: OnCredential, call: Call): string | undefined {
  const { account, principal } = call
  const { UserName, ServiceSpecificCredentialId: id = "" } = input
  const name = UserName ?? (principal.type === "user" ? principal.userName : undefined)
  const user = name === undefined ? undefined : tx.get(users, [account, nameKey(name)])
  return user && tx.get(serviceCredentials, [account, user.id, id])?.service
}

export const CreateServiceSpecificCredential = op.write("CreateServiceSpecificCredential", {
  authorize: onServiceCredential,
  run(tx, input, call): Out<"CreateServiceSpecificCredential"> {
    const { ServiceName: service, CredentialAgeDays: days } = input
    // Recorded: the user is looked up first.
    const user = findUser(tx, call.account, input.UserName)
    assertService(service)
    if (days !== undefined && prefixOf(service) === undefined)
      // The rule is the API reference's ("CreateServiceSpecificCredential"), not the words.
      throw invalidInput(`CredentialAgeDays is not supported for ${service}`)
    const same = serviceCredentialsOf(tx, user).filter((one) => one.service === service)
    if (same.length >= PER_SERVICE)
      throw quotaExceeded("ServiceSpecificCredentialsPerUser", PER_SERVICE)
    const plain = `${user.name}-at-${user.account}`
    const taken = same.some((one) => one.serviceUserName === plain)
    // AWS's example of the second: "anika+1-at-123456789012".
    const serviceUserName = taken ? `${user.name}+1-at-${user.account}` : plain
    const { passwordHash, member } = newSecret(tx, service, serviceUserName)
    const createdMs = seconds(tx.now)
    const credential = {
      ...{ account: user.account, userId: user.id, service, passwordHash },
      ...{ serviceUserName, createdMs, status: "Active" as const },
      id: newUniqueId(tx, "ACCA", call),
      expiresMs: days === undefined ? undefined : createdMs + days * DAY_MS,
    }
    tx.insert(serviceCredentials, credential)
    return {
      ServiceSpecificCredential: { ...metadata(credential, user.name, tx.now), ...member },
    }
  },
})

export const ListServiceSpecificCredentials = op.read("ListServiceSpecificCredentials", {
  authorize: (tx, input, call) =>
    input.AllUsers ? onAccount(tx, input, call) : onUser(tx, input, call),
  run(tx, input, call): Out<"ListServiceSpecificCredentials"> {
    const { ServiceName: service } = input
    if (input.AllUsers && input.UserName !== undefined)
      // The rule is the API reference's, not the words.
      throw invalidInput("AllUsers cannot be specified together with UserName")
    const all = input.AllUsers ? ofAccount(tx, call) : ofUser(tx, input.UserName, call)
    if (service !== undefined) assertService(service)
    const wanted = all.filter((one) => service === undefined || one.service === service)
    const { items, more } = pageOf(wanted, ({ id }) => id, input)
    return {
      ServiceSpecificCredentials: items.map((one) =>
        metadata(one, userOfId(tx, one.account, one.userId)?.name ?? "", tx.now),
      ),
      // Recorded: an answer that is complete does not say so.
      ...(more.IsTruncated && more),
    }
  },
})

function ofUser(tx: ReadTx, name: string | undefined, call: Call): readonly ServiceCredential[] {
  const user = namedOrCaller(tx, name, call)
  return user === "root" ? [] : serviceCredentialsOf(tx, user)
}

const ofAccount = (tx: ReadTx, { account }: Call): readonly ServiceCredential[] =>
  tx.scan(serviceCredentials, { prefix: [account], limit: MOST_PER_ACCOUNT }).rows

interface ById {
  readonly UserName?: string | undefined
  readonly ServiceSpecificCredentialId: string
}

/** Recorded: the user is looked up before the credential. */
function find(tx: ReadTx, input: ById, call: Call): { user: User; credential: ServiceCredential } {
  const user = namedOrCaller(tx, input.UserName, call)
  if (user === "root") throw userNameNeeded()
  const { ServiceSpecificCredentialId: id } = input
  const credential = tx.get(serviceCredentials, [call.account, user.id, id])
  if (!credential) throw op.error("NoSuchEntityException", `No such credential ${id} exists`)
  return { user, credential }
}

export const UpdateServiceSpecificCredential = op.write("UpdateServiceSpecificCredential", {
  authorize: onServiceCredential,
  run(tx, input, call): Out<"UpdateServiceSpecificCredential"> {
    const { credential } = find(tx, input, call)
    const status = statusAsked(input.Status)
    tx.replace(serviceCredentials, credential, { ...credential, status })
    return {}
  },
})

export const ResetServiceSpecificCredential = op.write("ResetServiceSpecificCredential", {
  authorize: onServiceCredential,
  run(tx, input, call): Out<"ResetServiceSpecificCredential"> {
    const { credential, user } = find(tx, input, call)
    const { service, serviceUserName } = credential
    const { passwordHash, member } = newSecret(tx, service, serviceUserName)
    tx.replace(serviceCredentials, credential, { ...credential, passwordHash })
    return {
      ServiceSpecificCredential: { ...metadata(credential, user.name, tx.now), ...member },
    }
  },
})

export const DeleteServiceSpecificCredential = op.write("DeleteServiceSpecificCredential", {
  authorize: onServiceCredential,
  run(tx, input, call): Out<"DeleteServiceSpecificCredential"> {
    tx.remove(serviceCredentials, find(tx, input, call).credential)
    return {}
  },
})
