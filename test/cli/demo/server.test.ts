import { describe, expect, it } from 'vitest';
import { DEMO_SCRIPT_HASH } from '../../../lib/cli/demo/inlined.ts';
import { ask, listen, press, served } from './served.ts';

describe("the demo's server", () => {
  it('sends the page with its buttons and a policy that lets it ask only where it came from', async () => {
    const { html, headers } = await served();
    expect(html).toContain('data-press="fail" aria-pressed="false">Break the candidate</button>');
    expect(html).toContain('<h1 id="title">ultra-fast-analyzer');
    const policy = `${headers['content-security-policy']}`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`'${DEMO_SCRIPT_HASH}'`);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(/Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]).toBe(
      policy.replace("; frame-ancestors 'none'", ''),
    );
  });

  it('sends what is new while time passes: the bar, and the page when the journal has grown', async () => {
    const seat = await served();
    const stream = await listen(seat.port);
    expect((await stream.next('bar')).data).toMatchObject({ clock: '2025-10-31 11:50', run: 1 });
    expect(await stream.next('page')).toMatchObject({ id: '1.0', data: { outcome: 'scheduled' } });
    await seat.seconds(6);
    expect((await stream.next('bar')).data.clock).not.toBe('2025-10-31 11:50');
    const page = await stream.next('page');
    expect(page.id).not.toBe('1.0');
  });

  it('sends a page that looks later what there is now, and several the same', async () => {
    const seat = await served();
    await listen(seat.port);
    await seat.seconds(10);
    const late = await listen(seat.port);
    expect((await late.next('bar')).data).toMatchObject({ clock: '2025-10-31 12:10', weight: '1 %' });
    expect((await late.next('page')).data).toMatchObject({ outcome: 'running' });
    expect((await ask(seat.port, 'GET', '/')).text).toContain('The candidate goes from 0');
  });

  it('lets no time pass while no page is open', async () => {
    const seat = await served();
    await seat.seconds(30);
    const stream = await listen(seat.port);
    expect((await stream.next('bar')).data.clock).toBe('2025-10-31 11:50');
    stream.leave();
    await stream.ended;
  });

  it('does what is pressed, for all pages', async () => {
    const seat = await served();
    const [one, other] = [await listen(seat.port), await listen(seat.port)];
    await one.next('bar');
    await other.next('bar');
    expect((await press(seat, { press: 'fail' })).status).toBe(204);
    const told = { faults: { fail: true, slow: false, silence: false } };
    expect((await one.next('bar')).data).toMatchObject(told);
    expect((await other.next('bar')).data).toMatchObject(told);
  });

  it('starts again with another run, as fast as the one before', async () => {
    const seat = await served();
    await listen(seat.port);
    await press(seat, { press: 'speed', minutesPerSecond: 60 });
    await press(seat, { press: 'fail' });
    await seat.seconds(1);
    await press(seat, { press: 'again' });
    const late = await listen(seat.port);
    expect((await late.next('bar')).data).toMatchObject({
      run: 2,
      clock: '2025-10-31 11:50',
      minutesPerSecond: 60,
      faults: { fail: false },
    });
    expect(await late.next('page')).toMatchObject({ id: '2.0' });
  });

  it('ends every stream at once when it is closed, and gives the port back', async () => {
    const seat = await served();
    const streams = [await listen(seat.port), await listen(seat.port)];
    await seat.close();
    await Promise.all(streams.map(({ ended }) => ended));
    await expect(ask(seat.port, 'GET', '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('lets twenty pages look, and no more', async () => {
    const seat = await served();
    for (let pages = 0; pages < 20; pages++) await listen(seat.port);
    expect(await ask(seat.port, 'GET', '/events')).toMatchObject({ status: 503 });
  });

  it('says that there is nothing else', async () => {
    const { port } = await served();
    expect(await ask(port, 'GET', '/elsewhere')).toMatchObject({
      status: 404,
      text: 'There is no GET /elsewhere here; the demo is at /.\n',
    });
    expect(await ask(port, 'GET', '/press')).toMatchObject({ status: 404 });
  });
});

describe('nobody else in the browser can drive it:', () => {
  const FAIL = { press: 'fail' };

  it.each([
    ['a name that leads here, but is not its own', { host: 'evil.example' }, 'The demo answers at 127.0.0.1:'],
    ['another page', { origin: 'https://evil.example' }, "Only the demo's own page may ask for this"],
    ['another page of this computer', { origin: 'http://127.0.0.1:1' }, "Only the demo's own page"],
    ['a page without a name, such as a file', { origin: 'null' }, "Only the demo's own page"],
    ['another site, by what the browser says', { origin: undefined, 'sec-fetch-site': 'cross-site' }, 'Only the demo'],
    ['another port, by what the browser says', { 'sec-fetch-site': 'same-site' }, "Only the demo's own page"],
    ['whoever has no token', { 'x-sluice-token': undefined }, 'The token must be the one in the page.'],
    ['whoever guesses one', { 'x-sluice-token': 'A'.repeat(32) }, 'The token must be the one in the page.'],
  ])('refuses a press from %s', async (_, otherwise, why) => {
    const seat = await served();
    const answer = await press(seat, FAIL, otherwise);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(why);
    const stream = await listen(seat.port);
    expect((await stream.next('bar')).data).toMatchObject({ faults: { fail: false } });
  });

  it('refuses a form, which needs no leave to be sent elsewhere', async () => {
    const answer = await press(await served(), 'press=fail', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer).toMatchObject({
      status: 415,
      text: 'The content type must be application/json; given: application/x-www-form-urlencoded.\n',
    });
  });

  it('shows the page and its stream only at its own name, and the stream to no other page', async () => {
    const { port } = await served();
    const own = { host: `localhost:${port}` };
    expect((await ask(port, 'GET', '/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(port, 'GET', '/events', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(port, 'GET', '/events', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask(port, 'GET', '/', own)).status).toBe(200);
  });

  it.each([
    ['no JSON', '{', 'This is no press of the demo'],
    ['nothing', '', 'This is no press of the demo'],
    ['no press that there is', { press: 'explode' }, 'press: '],
    ['more than it knows', { press: 'fail', now: true }, 'now: '],
    ['a speed that is none', { press: 'speed', minutesPerSecond: 1e9 }, 'minutesPerSecond: '],
    ['an answer that is none', { press: 'signOff', role: 'product', answer: 'PERHAPS' }, 'answer: '],
  ])('refuses %s', async (_, body, why) => {
    const answer = await press(await served(), body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(why);
  });

  it('reads no more than a press can have', async () => {
    const seat = await served();
    const answer = await press(seat, { press: 'signOff', role: 'x'.repeat(5000), answer: 'GO' });
    expect(answer).toMatchObject({ status: 413, text: 'A press must have at most 1024 bytes; it has more.\n' });
    expect((await press(seat, FAIL)).status).toBe(204);
  });
});
