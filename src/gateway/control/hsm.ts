import { runCommand, type HsmCommand, type HsmContents } from "../../services/cloudhsmv2/port.ts"
import type { Cloud } from "../cloud.ts"

type Fields = Readonly<Record<string, unknown>>

/** A command to a cluster of HSMs, as CloudHSM's own command line gives it. Throws RangeError. */
export async function commandHsm(
  cloud: Cloud,
  { region = cloud.settings.region, ...command }: HsmCommand & { readonly region?: string },
): Promise<HsmContents> {
  await cloud.catalog.find("cloudhsmv2")
  const { account } = cloud.settings
  return cloud.world.write((tx) => runCommand(tx, { account, region }, command))
}

const TEXTS = ["cluster", "region", "deleteUser", "deleteKey"]
/** What each of the others is made of, all of it. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  as: ["name", "password"],
  activate: ["password"],
  createUser: ["name", "password", "role"],
  changePassword: ["name", "password"],
}
const ROLES = ["admin", "crypto-user"]
const COMMANDS = ["activate", "createUser", "changePassword", "deleteUser", "deleteKey"]

/** `POST /_cloudarium/hsm`: the same in JSON. Throws RangeError for what is no command. */
export async function hsmCommand(cloud: Cloud, fields: Fields): Promise<HsmContents> {
  for (const [name, value] of Object.entries(fields)) {
    if (TEXTS.includes(name) && typeof value === "string") continue
    if (Object.hasOwn(PARTS, name) && isOf(value, PARTS[name] ?? [])) continue
    throw new RangeError(`${name} is no setting here, or not of its form`)
  }
  if (fields["cluster"] === undefined) throw new RangeError("cluster must be text")
  if (COMMANDS.filter((name) => fields[name] !== undefined).length > 1)
    throw new RangeError(`give at most one of ${COMMANDS.join(", ")}`)
  return commandHsm(cloud, fields as unknown as HsmCommand)
}

function isOf(value: unknown, parts: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false
  const given = Object.entries(value)
  return (
    given.length === parts.length &&
    given.every(([name, text]) => parts.includes(name) && typeof text === "string") &&
    given.every(([name, text]) => name !== "role" || ROLES.includes(text as string))
  )
}
