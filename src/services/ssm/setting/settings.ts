import { principalArn } from "../../../iam/principal.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { op, type Out } from "../define.ts"
import { invalid } from "../errors.ts"

/** A setting of an account in a Region that differs from AWS's default. */
export interface Setting {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly value: string
  readonly modifiedMs: number
  readonly user: string
}

export const settings = table<Setting>("ssm/setting", {
  key: ({ account, region, id }) => [account, region, id],
  cached: true,
})

export const DEFAULT_TIER = "/ssm/parameter-store/default-parameter-tier"
const HIGH_THROUGHPUT = "/ssm/parameter-store/high-throughput-enabled"

/** API: UpdateServiceSetting; the first value is the default. */
const VALUES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  [DEFAULT_TIER]: ["Standard", "Advanced", "Intelligent-Tiering"],
  [HIGH_THROUGHPUT]: ["false", "true"],
})

type Place = Pick<Call, "account" | "region">

export const settingOf = (tx: ReadTx, { account, region }: Place, id: string): string =>
  tx.get(settings, [account, region, id])?.value ?? VALUES[id]?.[0] ?? ""

/** A setting's id, which the request may give as an ARN. */
function idOf(given: string): string {
  const id = given.startsWith("arn:") ? given.slice(given.indexOf("servicesetting") + 14) : given
  if (Object.hasOwn(VALUES, id)) return id
  if (id.startsWith("/ssm/")) throw notImplemented(`the service setting ${id}`)
  throw op.error("ServiceSettingNotFound", `The specified service setting ${given} was not found.`)
}

const arnOf = ({ partition, account, region }: Call, id: string): string =>
  `arn:${partition}:ssm:${region}:${account}:servicesetting${id}`

const onSetting = (
  _tx: ReadTx,
  input: { readonly SettingId: string },
  call: Call,
): AccessRequest => ({
  action: `ssm:${call.operation}`,
  resource: arnOf(call, idOf(input.SettingId)),
  owner: call.account,
})

function described(tx: ReadTx, call: Call, id: string) {
  const set = tx.get(settings, [call.account, call.region, id])
  return {
    ...{ SettingId: id, SettingValue: settingOf(tx, call, id), ARN: arnOf(call, id) },
    // Not verified of the default: AWS tells when the Region began, and `System`.
    ...{ LastModifiedDate: set?.modifiedMs ?? 0, LastModifiedUser: set?.user ?? "System" },
    Status: set ? "Customized" : "Default",
  }
}

export const GetServiceSetting = op.read("GetServiceSetting", {
  authorize: onSetting,
  run: (tx, input, call): Out<"GetServiceSetting"> => ({
    ServiceSetting: described(tx, call, idOf(input.SettingId)),
  }),
})

export const UpdateServiceSetting = op.write("UpdateServiceSetting", {
  authorize: onSetting,
  run(tx, { SettingId, SettingValue: value }, call): Out<"UpdateServiceSetting"> {
    const id = idOf(SettingId)
    // Not verified: the words.
    if (!VALUES[id]?.includes(value))
      throw invalid(`${value} is not a valid value of the service setting ${id}.`)
    const { account, region, principal, partition } = call
    const user = principalArn(principal, partition)
    tx.put(settings, { account, region, id, value, modifiedMs: tx.now, user })
    return {}
  },
})

export const ResetServiceSetting = op.write("ResetServiceSetting", {
  authorize: onSetting,
  run(tx, input, call): Out<"ResetServiceSetting"> {
    const id = idOf(input.SettingId)
    tx.delete(settings, [call.account, call.region, id])
    return { ServiceSetting: described(tx, call, id) }
  },
})
