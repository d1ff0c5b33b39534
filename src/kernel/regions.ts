/**
 * Where AWS is: partitions and Regions, with the Availability Zones of each.
 *
 * Names and DNS suffixes: AWS's published endpoint rules (partitions). Which Regions must be
 * enabled first: docs "Enable or disable AWS Regions in your account". AZ ids: docs "AWS
 * Availability Zones", and for China and GovCloud recorded from DescribeAvailabilityZones; those
 * of the isolated partitions and of the European Sovereign Cloud are not public: not verified.
 */

/** A group of Regions with its own accounts, ARNs and names in DNS. */
export interface Partition {
  readonly id: string
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
  /** Where the partition's global services (IAM, say) run and are signed for. */
  readonly globalRegion: string
}

export interface Region {
  readonly code: string
  /** As the console and the public SSM parameters show it. */
  readonly longName: string
  readonly partition: Partition
  /** An account must enable the Region before it can use it. */
  readonly optIn: boolean
  /** Each account has the AZ names in an order of its own. */
  readonly shuffled: boolean
  /** AZ ids in ascending order. */
  readonly azIds: readonly string[]
  /** The letters of the AZ names, in ascending order. */
  readonly letters: readonly string[]
  /** The AZ id behind each letter, where the names are not shuffled. */
  readonly azIdsByLetter: readonly string[]
}

/**
 * Region code, long name, prefix of its AZ ids, and its zones: the letter of each name and the
 * number of its id. A mark after the prefix: `+` opt-in, `~` names shuffled per account.
 */
type Row = readonly [code: string, longName: string, prefix: string, zones: string]

/** Id, DNS suffix, dual-stack DNS suffix, Region of the global services, Regions. */
type PartitionRow = readonly [string, string, string, string, readonly Row[]]

const ROWS: readonly PartitionRow[] = [
  [
    "aws",
    "amazonaws.com",
    "api.aws",
    "us-east-1",
    [
      ["af-south-1", "Africa (Cape Town)", "afs1+", "a1b2c3"],
      ["ap-east-1", "Asia Pacific (Hong Kong)", "ape1+", "a1b2c3"],
      ["ap-east-2", "Asia Pacific (Taipei)", "ape2+", "a1b2c3"],
      ["ap-northeast-1", "Asia Pacific (Tokyo)", "apne1~", "a4c1d2"],
      ["ap-northeast-2", "Asia Pacific (Seoul)", "apne2", "a1b2c3d4"],
      ["ap-northeast-3", "Asia Pacific (Osaka)", "apne3", "a1b2c3"],
      ["ap-south-1", "Asia Pacific (Mumbai)", "aps1", "a1b3c2"],
      ["ap-south-2", "Asia Pacific (Hyderabad)", "aps2+", "a1b2c3"],
      ["ap-southeast-1", "Asia Pacific (Singapore)", "apse1~", "a1b2c3"],
      ["ap-southeast-2", "Asia Pacific (Sydney)", "apse2~", "a1b2c3"],
      ["ap-southeast-3", "Asia Pacific (Jakarta)", "apse3+", "a1b2c3"],
      ["ap-southeast-4", "Asia Pacific (Melbourne)", "apse4+", "a1b2c3"],
      ["ap-southeast-5", "Asia Pacific (Malaysia)", "apse5+", "a1b2c3"],
      ["ap-southeast-6", "Asia Pacific (New Zealand)", "apse6+", "a1b2c3"],
      ["ap-southeast-7", "Asia Pacific (Thailand)", "apse7+", "a1b2c3"],
      ["ca-central-1", "Canada (Central)", "cac1", "a1b2d4"],
      ["ca-west-1", "Canada West (Calgary)", "caw1+", "a1b2c3"],
      ["eu-central-1", "Europe (Frankfurt)", "euc1", "a2b3c1"],
      ["eu-central-2", "Europe (Zurich)", "euc2+", "a1b2c3"],
      ["eu-north-1", "Europe (Stockholm)", "eun1", "a1b2c3"],
      ["eu-south-1", "Europe (Milan)", "eus1+", "a1b2c3"],
      ["eu-south-2", "Europe (Spain)", "eus2+", "a1b2c3"],
      ["eu-west-1", "Europe (Ireland)", "euw1~", "a1b2c3"],
      // The docs also list euw2-az4; which letter it has is not verified, so it is left out.
      ["eu-west-2", "Europe (London)", "euw2", "a2b3c1"],
      ["eu-west-3", "Europe (Paris)", "euw3", "a1b2c3"],
      ["il-central-1", "Israel (Tel Aviv)", "ilc1+", "a1b2c3"],
      ["me-central-1", "Middle East (UAE)", "mec1+", "a1b2c3"],
      ["me-south-1", "Middle East (Bahrain)", "mes1+", "a1b2c3"],
      ["mx-central-1", "Mexico (Central)", "mxc1+", "a1b2c3"],
      ["sa-east-1", "South America (Sao Paulo)", "sae1~", "a1b2c3"],
      ["us-east-1", "US East (N. Virginia)", "use1~", "a1b2c3d4e5f6"],
      ["us-east-2", "US East (Ohio)", "use2", "a1b2c3"],
      // Newer accounts see two of its three AZs (docs "AWS Availability Zones").
      ["us-west-1", "US West (N. California)", "usw1~", "a1b3"],
      ["us-west-2", "US West (Oregon)", "usw2~", "a1b2c3d4"],
    ],
  ],
  [
    "aws-cn",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "cn-northwest-1",
    [
      ["cn-north-1", "China (Beijing)", "cnn1", "a1b2d4"],
      ["cn-northwest-1", "China (Ningxia)", "cnnw1", "a1b2c3"],
    ],
  ],
  [
    "aws-us-gov",
    "amazonaws.com",
    "api.aws",
    "us-gov-west-1",
    [
      ["us-gov-east-1", "AWS GovCloud (US-East)", "usge1", "a1b2c3"],
      ["us-gov-west-1", "AWS GovCloud (US-West)", "usgw1~", "a1b2c3"],
    ],
  ],
  [
    "aws-eusc",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "eusc-de-east-1",
    [["eusc-de-east-1", "AWS European Sovereign Cloud (Germany)", "eudee1", "a1b2c3"]],
  ],
  [
    "aws-iso",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "us-iso-east-1",
    [
      ["us-iso-east-1", "US ISO East", "usie1", "a1b2c3"],
      ["us-iso-west-1", "US ISO WEST", "usiw1", "a1b2c3"],
    ],
  ],
  [
    "aws-iso-b",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "us-isob-east-1",
    [
      ["us-isob-east-1", "US ISOB East (Ohio)", "usibe1", "a1b2c3"],
      ["us-isob-west-1", "US ISOB West", "usibw1", "a1b2c3"],
    ],
  ],
  [
    "aws-iso-e",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "eu-isoe-west-1",
    [["eu-isoe-west-1", "EU ISOE West", "euiew1", "a1b2c3"]],
  ],
  [
    "aws-iso-f",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
    "us-isof-south-1",
    [
      ["us-isof-east-1", "US ISOF EAST", "usife1", "a1b2c3"],
      ["us-isof-south-1", "US ISOF SOUTH", "usifs1", "a1b2c3"],
    ],
  ],
]

export const PARTITIONS: readonly Partition[] = ROWS.map(
  ([id, dnsSuffix, dualStackDnsSuffix, globalRegion]) => ({
    id,
    dnsSuffix,
    dualStackDnsSuffix,
    globalRegion,
  }),
)

/** All Regions by code, partition by partition. */
export const REGIONS: ReadonlyMap<string, Region> = readRows()

function readRows(): Map<string, Region> {
  const regions = new Map<string, Region>()
  for (const [index, [, , , , rows]] of ROWS.entries())
    for (const row of rows) regions.set(row[0], readRow(row, PARTITIONS[index]!))
  return regions
}

function readRow([code, longName, prefix, zones]: Row, partition: Partition): Region {
  const optIn = prefix.endsWith("+")
  const shuffled = prefix.endsWith("~")
  const stem = optIn || shuffled ? prefix.slice(0, -1) : prefix
  const letters: string[] = []
  const azIdsByLetter: string[] = []
  for (let at = 0; at < zones.length; at += 2) {
    letters.push(zones[at]!)
    azIdsByLetter.push(`${stem}-az${zones[at + 1]}`)
  }
  return {
    code,
    longName,
    partition,
    optIn,
    shuffled,
    azIds: azIdsByLetter.toSorted(),
    letters,
    azIdsByLetter,
  }
}
