/** AWS on localhost for tests: one HTTP server that tells services apart by their protocols, keeps every call, and can be told to fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ServiceName =
  | 'application-autoscaling'
  | 'autoscaling'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'dynamodb'
  | 'ecs'
  | 'elasticloadbalancing'
  | 'scheduler'
  | 'secretsmanager'
  | 'sns'
  | 's3'
  | 'sts'
  | 'lambda';

/** One request as the service sees it. */
export interface Asked {
  readonly service: ServiceName;
  /** The API's own name of it: `ModifyRule`, `GetMetricData`, `CreateSchedule`, `PutObject`. */
  readonly operation: string;
  /** Query protocol: the form's fields (`Actions.member.1.Type`). JSON protocols: the document. REST: the document and nothing of the path. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Service = (asked: Asked) => Answer | Promise<Answer>;

/** What happens instead of the service's answer: an answer of its own, no answer at all, or a connection that breaks. */
export type Mishap = Answer | 'hang' | 'reset';

export interface StandIn {
  readonly url: string;
  /** Every request, in order, also those that met a mishap. */
  readonly calls: Asked[];
  /** The next `times` requests of this operation, as far as `of` says so, meet the mishap; the effect does not happen. */
  fail(operation: string, mishap: Mishap, times?: number, of?: (asked: Asked) => boolean): void;
  close(): Promise<void>;
}

export const standIn = async (services: Partial<Record<ServiceName, Service>>): Promise<StandIn> => {
  const calls: Asked[] = [];
  const mishaps: { operation: string; mishap: Mishap; times: number; of: (asked: Asked) => boolean }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await read(request);
    calls.push(asked);
    const due = mishaps.find(({ operation, times, of }) => operation === asked.operation && times > 0 && of(asked));
    if (due !== undefined) {
      due.times -= 1;
      if (due.mishap === 'hang') return;
      if (due.mishap === 'reset') return void request.socket.destroy();
      return send(response, due.mishap);
    }
    const service = services[asked.service];
    send(
      response,
      service === undefined ? { status: 501, body: `no stand-in for ${asked.service}` } : await service(asked),
    );
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fail: (operation, mishap, times = 1, of = () => true) => void mishaps.push({ operation, mishap, times, of }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const send = (response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void => {
  response.writeHead(status, headers);
  response.end(body);
};

const read = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method, url, headers, body, ...told(method, url, headers, body) };
};

type Told = Pick<Asked, 'service' | 'operation' | 'input'>;

/** JSON services by their target, query services by their version, REST services by the signature's scope and the path. */
const told = (method: string, url: URL, headers: Readonly<Record<string, string>>, body: string): Told => {
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const [operation = '', name = ''] = target.split('.').reverse();
    return { service: JSON_SERVICES[name] ?? 'dynamodb', operation, input: JSON.parse(body) };
  }
  const form = new URLSearchParams(headers['content-type']?.includes('x-www-form-urlencoded') ? body : url.search);
  const action = form.get('Action');
  if (action !== null) {
    const service = QUERY_SERVICES[form.get('Version') ?? ''] ?? 'sts';
    return { service, operation: action, input: Object.fromEntries(form) };
  }
  const service = /\/[a-z0-9-]+\/(scheduler|lambda|s3)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? 's3';
  const isDocument = service !== 's3' && headers['content-type']?.includes('json') && body !== '';
  const input = isDocument ? JSON.parse(body) : {};
  return { service: service as ServiceName, operation: restOperation(service, method, url), input };
};

const JSON_SERVICES: Readonly<Record<string, ServiceName>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  CloudTrail_20131101: 'cloudtrail',
  AnyScaleFrontendService: 'application-autoscaling',
  GraniteServiceVersion20100801: 'cloudwatch',
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secretsmanager',
};

const QUERY_SERVICES: Readonly<Record<string, ServiceName>> = {
  '2011-01-01': 'autoscaling',
  '2015-12-01': 'elasticloadbalancing',
  '2010-03-31': 'sns',
  '2011-06-15': 'sts',
};

const restOperation = (service: string, method: string, url: URL): string => {
  if (service === 'lambda') return method === 'GET' && url.pathname.endsWith('/policy') ? 'GetPolicy' : 'Invoke';
  if (service === 'scheduler') {
    const one = /^\/schedules\/[^/]+$/.test(url.pathname);
    const verbs = {
      POST: 'CreateSchedule',
      GET: 'GetSchedule',
      PUT: 'UpdateSchedule',
      DELETE: 'DeleteSchedule',
    } as const;
    return one ? (verbs[method as keyof typeof verbs] ?? method) : 'ListSchedules';
  }
  const verbs = { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' } as const;
  return verbs[method as keyof typeof verbs] ?? method;
};
