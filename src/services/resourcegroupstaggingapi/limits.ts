/** Numbers of the API reference, where nothing else is said. */

/** "You can specify a minimum of 1 and a maximum value of 100"; the default is not verified. */
export const RESOURCES_A_PAGE = { least: 1, most: 100, usual: 50 }
/** "You can set TagsPerPage to a minimum of 100 items up to a maximum of 500 items." */
export const TAGS_A_PAGE = { least: 100, most: 500 }
/** Of keys and of values; how many AWS answers is not verified. */
export const NAMES_A_PAGE = 100
/** "A PaginationToken is valid for a maximum of 15 minutes." */
export const TOKEN_MS = 15 * 60_000
/** Rows that one read looks at: others have their turn between two of them. */
export const ROWS_A_READ = 200
/** Of GetComplianceSummary; the model lets 1,000 through, the text says "a maximum value of 100". */
export const SUMMARIES_A_PAGE = 100
/** How long the making of a report takes: not verified. */
export const REPORT_MS = 60_000
/** "NO REPORT - No report was generated in the last 90 days." */
export const REPORT_SHOWN_MS = 90 * 86_400_000
/** A larger report fails; AWS's limit is not verified. */
export const REPORT_CHARACTERS = 64 * 1024 * 1024
/** Of ListRequiredTags the most; what AWS answers where the request says nothing is not verified. */
export const REQUIRED_A_PAGE = 200
