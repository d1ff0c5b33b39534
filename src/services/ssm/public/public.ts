import { isRegion, partitionOf, regionsOf } from "../../../kernel/places.ts"
import type { Region } from "../../../kernel/regions.ts"
import { IMAGES, imageId } from "./images.ts"

/** A parameter that AWS publishes in every Region ("Discovering public parameters"). */
export interface PublicParameter {
  readonly key: string
  readonly value: string
}

const ROOT = "/aws/service/"
const PLACES = `${ROOT}global-infrastructure`
const AMIS = `${ROOT}ami-amazon-linux-latest`

export const isPublic = (key: string): boolean => `${key}/`.startsWith(ROOT)

/** The public parameters of a Region under a path, in order of their names. */
export function publicUnder(region: string, path: string): readonly PublicParameter[] {
  const prefix = path.endsWith("/") ? path : `${path}/`
  return allOf(region).filter(({ key }) => key.startsWith(prefix))
}

export const publicParameter = (region: string, key: string): PublicParameter | undefined =>
  isPublic(key) ? allOf(region).find((one) => one.key === key) : undefined

function allOf(region: string): readonly PublicParameter[] {
  if (!isRegion(region)) return []
  const regions = regionsOf(partitionOf(region).id)
  const found = [...regions.flatMap(placesOf), ...imagesOf(region)]
  return found.toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** The Region itself, what it is called, and its AZs: as far as the cloud knows of places. */
function placesOf({ code, longName, partition, azIds }: Region): readonly PublicParameter[] {
  const stem = `${PLACES}/regions/${code}`
  return [
    { key: stem, value: code },
    { key: `${stem}/longName`, value: longName },
    { key: `${stem}/partition`, value: partition.id },
    { key: `${stem}/domain`, value: partition.dnsSuffix },
    ...azIds.flatMap((id) => [
      { key: `${stem}/availability-zones/${id}`, value: id },
      { key: `${PLACES}/availability-zones/${id}`, value: id },
      { key: `${PLACES}/availability-zones/${id}/parent-region`, value: code },
    ]),
  ]
}

const imagesOf = (region: string): readonly PublicParameter[] =>
  IMAGES.map((name) => ({ key: `${AMIS}/${name}`, value: imageId(region, name) }))
