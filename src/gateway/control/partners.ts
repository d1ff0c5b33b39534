import {
  registerPartner,
  type PartnerRegistration,
  type RegisteredPartner,
} from "../../services/iam/port.ts"
import type { Cloud } from "../cloud.ts"

type Fields = Readonly<Record<string, unknown>>

/** Takes an account on as a partner that may ask for temporary delegation. Throws RangeError. */
export async function registerIn(
  cloud: Cloud,
  partner: PartnerRegistration,
): Promise<RegisteredPartner> {
  await cloud.catalog.find("iam")
  return cloud.world.write((tx) => registerPartner(tx, partner))
}

const TEXTS = ["account", "name"]
const POLICIES = ["templates", "boundaries"]

/** `POST /_cloudarium/partners`: the same in JSON. Throws RangeError for what is none. */
export async function partnerRegistration(
  cloud: Cloud,
  fields: Fields,
): Promise<RegisteredPartner> {
  for (const [name, value] of Object.entries(fields)) {
    if (TEXTS.includes(name) && typeof value === "string") continue
    if (POLICIES.includes(name) && arePolicies(value)) continue
    throw new RangeError(`${name} is no setting here, or not of its form`)
  }
  for (const name of TEXTS)
    if (fields[name] === undefined) throw new RangeError(`${name} must be text`)
  return registerIn(cloud, fields as unknown as PartnerRegistration)
}

/** Policies by name, as texts or as JSON. */
const arePolicies = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(
    (one) => typeof one === "string" || (typeof one === "object" && one !== null),
  )
