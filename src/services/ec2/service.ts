import { defineService } from "../../registry/service.ts"
import { regionTables } from "../account/port.ts"
import { DescribeAvailabilityZones } from "./zone/describe-availability-zones.ts"
import { DescribeRegions } from "./zone/describe-regions.ts"

/** So far only where things are: what runs there comes later, and answers 501 by name until then. */
export const ec2 = defineService({
  id: "ec2",
  operations: { DescribeAvailabilityZones, DescribeRegions },
  tables: [...regionTables],
})
