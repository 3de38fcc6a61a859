// Opens the GraphiQL page as a person would, and prints what there was to see as one JSON object.
// Usage: node visit.mjs <url of the page> <folder for screenshots> <path of chromium>

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, folder, executablePath] = process.argv.slice(2);
const WAIT_MILLISECONDS = 30_000;
const WINDOW = { width: 1440, height: 900 };

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const visit = {};
try {
  const { context, seen } = await watched();
  visit.seen = seen;
  const first = await opened(context);
  visit.title = await first.title();
  visit.tabs = await first.locator(".graphiql-tab").allInnerTexts();
  visit.explorerFields = await explorerFields(first);
  await shot(first, "1-opened");

  await play(first);
  visit.queryAnswer = await answer(first, '"totalCount"');
  await shot(first, "2-query");

  await choose(first, "Live");
  await play(first);
  const second = await opened(context);
  await choose(second, "Record");
  visit.moves = [await move(first, second), await move(first, second)];
  await shot(first, "3-live");
  await shot(second, "4-mutation");

  await second.getByRole("button", { name: "Show Examples" }).click();
  visit.examples = await openedExamples(second);
  await shot(second, "5-examples");

  visit.foreign = await foreignAttempts();
} catch (error) {
  visit.failure = String(error.stack ?? error);
} finally {
  await browser.close();
}
console.log(JSON.stringify(visit));

/** A window, and what happens in it: requests, sockets, policy violations and errors. */
async function watched() {
  const seen = { requests: [], sockets: [], violations: [], errors: [] };
  const context = await browser.newContext({ viewport: WINDOW });
  context.setDefaultTimeout(WAIT_MILLISECONDS);
  context.on("request", (request) => seen.requests.push(request.url()));
  context.on("page", (page) => page.on("websocket", (socket) => seen.sockets.push(socket.url())));
  context.on("weberror", (error) => seen.errors.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  await context.exposeFunction("reportViolation", (violation) => seen.violations.push(violation));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  return { context, seen };
}

/** Does in the page what a hostile answer would want to, and gives what the policy stopped. */
async function foreignAttempts() {
  const { context, seen } = await watched();
  const page = await opened(context);
  const isFetched = await page.evaluate(() =>
    fetch("https://elsewhere.invalid/collect").then(
      () => true,
      () => false,
    ),
  );
  const isRun = await page.evaluate(
    (patience) =>
      new Promise((told) => {
        const tell = () => told(window.isRun === true);
        document.addEventListener("securitypolicyviolation", tell, { once: true });
        setTimeout(tell, patience);
        const script = document.createElement("script");
        script.textContent = "window.isRun = true";
        document.head.append(script);
      }),
    WAIT_MILLISECONDS,
  );
  return { isFetched, isRun, violations: seen.violations };
}

async function opened(context) {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
  await page.locator(".graphiql-explorer-node").first().waitFor();
  return page;
}

async function explorerFields(page) {
  return (await page.locator(".graphiql-explorer-node").allInnerTexts()).map((text) => text.trim());
}

async function choose(page, operation) {
  await page.getByRole("tab", { name: operation, exact: true }).click();
}

async function play(page) {
  await page.locator(".graphiql-execute-button").click();
}

/** What the answer's pane shows, once it shows `text`. */
async function answer(page, text) {
  const lines = page.locator(".graphiql-response .view-lines");
  await lines.filter({ hasText: text }).waitFor();
  return readable(await lines.innerText());
}

/** The editor draws blanks that don't break. */
function readable(text) {
  return text.replaceAll("\u00a0", " ");
}

/**
 * Records a complaint in the second page and gives its reference beside what the first one shows.
 * A subscription is not acknowledged: the first complaint may come before it follows the log, and
 * then a person presses play once more.
 */
async function move(first, second) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answered = second.waitForResponse((response) => response.request().method() === "POST");
    await play(second);
    const body = await (await answered).json();
    const reference = body.data.recordComplaint.complaint.reference;
    try {
      const live = first.locator(".graphiql-response .view-lines", { hasText: reference });
      await live.waitFor({ timeout: WAIT_MILLISECONDS / 5 });
      return { recorded: reference, shown: readable(await live.innerText()) };
    } catch (error) {
      if (error.name !== "TimeoutError" || attempt === 4) throw error;
    }
  }
}

/** Opens every example of the list, and gives each title with the name of the tab that it opened. */
async function openedExamples(page) {
  const buttons = page.locator(".rapport-examples li button");
  const tabs = page.getByRole("tab");
  const pairs = [];
  for (const button of await buttons.all()) {
    const name = tabs.nth(await tabs.count());
    await button.click();
    await name.filter({ hasNotText: "<untitled>" }).waitFor();
    pairs.push({ title: await button.innerText(), tab: await name.innerText() });
  }
  return pairs;
}

async function shot(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
