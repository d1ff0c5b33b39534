import { offsetPages, type OffsetPage, type PageRequest } from "../../registry/offset-page.ts"
import { badValue } from "./errors.ts"
import { PAGE_LEAST, PAGE_MOST } from "./limits.ts"

const pages = offsetPages("dax1:", () => badValue("The NextToken is not valid."))

/** Throws InvalidParameterValueException for a page or token that AWS does not have. */
export function pageOf<Item>(all: readonly Item[], request: PageRequest): OffsetPage<Item> {
  const { MaxResults } = request
  if (MaxResults !== undefined && (MaxResults < PAGE_LEAST || MaxResults > PAGE_MOST))
    throw badValue(`MaxResults must be between ${PAGE_LEAST} and ${PAGE_MOST}.`)
  return pages.pageOf(all, request, PAGE_MOST)
}
