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

const WITH_PASSWORD = ["as", "activate", "createUser", "changePassword"]
const TEXTS = ["cluster", "region", "deleteUser", "deleteKey"]
const PARTS = ["name", "password", "role"]

/** `POST /_cloudarium/hsm`: the same in JSON. Throws RangeError for what is no command. */
export function hsmCommand(cloud: Cloud, fields: Fields): Promise<HsmContents> {
  for (const [name, value] of Object.entries(fields)) {
    if (TEXTS.includes(name) && typeof value === "string") continue
    if (WITH_PASSWORD.includes(name) && isTexts(value)) continue
    throw new RangeError(`${name} is no setting here, or not of its form`)
  }
  return commandHsm(cloud, fields as unknown as HsmCommand)
}

const isTexts = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(([name, text]) => PARTS.includes(name) && typeof text === "string")
