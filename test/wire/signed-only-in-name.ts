/**
 * Requests to services that this repository has no client for. moto and DynamoDB Local read region and service from the signature's scope
 * and check nothing of it.
 */
const SCOPE = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=function/20251031/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A JSON service: `AmazonSQS.ReceiveMessage`. */
export const askJson = async <T>(url: string, service: string, target: string, input: unknown): Promise<T> => {
  const headers = {
    authorization: SCOPE(service),
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${text}`);
  return JSON.parse(text) as T;
};

/** A query service; all that stands in elements of that name. */
export const askQuery = async (
  url: string,
  service: string,
  form: Readonly<Record<string, string>>,
  element: string,
): Promise<readonly string[]> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: SCOPE(service) },
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${form.Action}: ${text}`);
  return [...text.matchAll(new RegExp(`<${element}>([^<]*)`, 'g'))].map(([, found = '']) => found);
};
