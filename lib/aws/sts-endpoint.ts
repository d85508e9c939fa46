/** Where STS is: for the caller who signs, and for the function that must not be sent anywhere else. */

interface Partition {
  readonly regions: RegExp;
  /** Of the ordinary endpoints, and of those for IPv4 and IPv6. */
  readonly suffixes: readonly [string, string];
}

/**
 * The pattern of the last one admits regions to come, and admits nothing that a customer may name: a bucket called `sts` was once reached
 * at `sts.s3-eu-west-1.amazonaws.com`, but `s3-eu-west-1` is no region.
 * https://docs.aws.amazon.com/general/latest/gr/sts.html
 */
const PARTITIONS: readonly Partition[] = [
  { regions: /^cn-[a-z]+-[0-9]{1,2}$/, suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'] },
  { regions: /^eusc-[a-z]+-[a-z]+-[0-9]{1,2}$/, suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'] },
  { regions: /^[a-z]{2}(?:-gov)?-[a-z]+-[0-9]{1,2}$/, suffixes: ['amazonaws.com', 'api.aws'] },
];

const partitionOf = (region: string): Partition | undefined => PARTITIONS.find(({ regions }) => regions.test(region));

/** The old endpoint of all regions: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html */
const GLOBAL = 'sts.amazonaws.com';

/** Whether a host name, in lower case and without a port, is STS itself. */
export const isStsHost = (host: string): boolean => {
  if (host === GLOBAL) return true;
  const [service = '', region = '', ...rest] = host.split('.');
  if (service !== 'sts' && service !== 'sts-fips') return false;
  return partitionOf(region)?.suffixes.includes(rest.join('.')) === true;
};

/** An environment's own endpoint, as every SDK reads it; undefined: none is set. */
export const ownStsEndpoint = (variables: Readonly<Record<string, string | undefined>>): URL | undefined => {
  const set = variables.AWS_ENDPOINT_URL_STS || variables.AWS_ENDPOINT_URL;
  return set === undefined || set === '' ? undefined : new URL(set);
};

/** Where a caller's STS is: its environment's own endpoint, else that of the region. */
export const stsEndpoint = (region: string, variables: Readonly<Record<string, string | undefined>>): URL =>
  ownStsEndpoint(variables) ?? new URL(`https://${regionalHost('sts', region)}/`);

/** Where a service of a region is. */
export const regionalHost = (service: string, region: string): string =>
  `${service}.${region}.${partitionOf(region)?.suffixes[0] ?? 'amazonaws.com'}`;
