// Answers a survey as people would, and prints what there was to see as one JSON object.
// Usage: node answer.mjs <links, as JSON> <folder for screenshots> <path of chromium>
// The links, each of a survey of the same questions, are: phone, desktop, keyboard, checked.

import { readFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [links, folder, executablePath] = process.argv.slice(2);
const { phone, desktop, keyboard, checked } = JSON.parse(links);
const WAIT_MILLISECONDS = 30_000;
const PHONE = { width: 360, height: 740 };
const NARROW = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 900 };
const TABS_MAX = 60;

await mkdir(folder, { recursive: true });
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
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
const seen = { requests: [], errors: [] };
const told = { seen };
try {
  told.phone = await answeredByPointer(phone, { viewport: PHONE, locale: "es-ES" }, "phone");
  told.desktop = await answeredByPointer(desktop, { viewport: DESKTOP, locale: "en-GB" }, "desktop");
  told.keyboard = await answeredByKeyboard(keyboard);
  told.checks = await checks(checked);
} catch (error) {
  told.failure = String(error.stack ?? error);
} finally {
  await browser.close();
}
console.log(JSON.stringify(told));

/** A page in a window of its own; what it asks for and complains of is noted. */
async function opened(url, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MILLISECONDS);
  context.on("request", (request) => seen.requests.push(request.url()));
  context.on("console", (message) => {
    // A page that refuses a form has a status that says so, which the console repeats.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) seen.errors.push(message.text());
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Sends nothing first, then good answers, without a script running in the page. */
async function answeredByPointer(url, options, name) {
  const page = await opened(url, { ...options, javaScriptEnabled: false });
  const first = await look(page, `${name}-1-form`);
  await page.locator("textarea").fill("Más pronto, por favor.\nThank you.");
  await page.locator("form button").click();
  await page.locator(".summary").waitFor();
  const refused = await look(page, `${name}-2-refused`);
  const focused = await page.locator(".summary:focus").count();
  await page.locator(".summary a").first().click();
  const kept = await page.locator("textarea").inputValue();
  for (const group of await page.getByRole("group").filter({ hasNot: page.getByRole("group") }).all()) {
    await group.getByRole("radio").nth(3).check();
  }
  await look(page, `${name}-3-filled`);
  await page.locator("form button").click();
  await page.waitForURL("**/survey/thanks**");
  const thanks = await look(page, `${name}-4-thanks`);
  await page.goto(url);
  const again = await look(page, `${name}-5-again`);
  await page.context().close();
  return { first, refused, isSummaryFocused: focused === 1, kept, thanks, again };
}

/** Answers with the keyboard alone; `order` tells what had the focus, one after the other. */
async function answeredByKeyboard(url) {
  const page = await opened(url, { viewport: DESKTOP, locale: "en-GB", javaScriptEnabled: false });
  const order = [];
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    await page.keyboard.press("Tab");
    const name = await page.locator(":focus").evaluate((element) => element.name || element.tagName);
    order.push(name);
    if (name === "BUTTON") break;
    const kind = await page.locator(":focus").getAttribute("type");
    if (kind === "radio") {
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
    } else if (name !== "A") {
      await page.keyboard.type("By keyboard.");
    }
  }
  await page.locator("button:focus").waitFor();
  await look(page, "keyboard-1-filled");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/survey/thanks**");
  const heading = await page.locator("h1").innerText();
  await page.context().close();
  return { order, heading };
}

/** What axe-core finds on each page, light and dark, and how far each goes beyond a narrow window. */
async function checks(url) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [NARROW, DESKTOP]) {
      const page = await opened(url, { viewport, colorScheme, locale: "en-GB" });
      found.push(await checkedPage(page, "form", colorScheme, viewport));
      await page.locator("form button").click();
      await page.locator(".summary").waitFor();
      found.push(await checkedPage(page, "refused", colorScheme, viewport));
      await shot(page, `checked-${colorScheme}-${viewport.width}`);
      for (const other of ["thanks", "nothing-of-the-kind"]) {
        await page.goto(new URL(other, url).href);
        found.push(await checkedPage(page, other, colorScheme, viewport));
      }
      await page.context().close();
    }
  }
  return found;
}

async function checkedPage(page, name, colorScheme, viewport) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return {
    page: `${name}, ${colorScheme}, ${viewport.width}`,
    violations: violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html}`),
    passes: passes.length,
    excess,
  };
}

/** The page as it can be read, and a picture of it. */
async function look(page, name) {
  await shot(page, name);
  return {
    language: await page.locator("html").getAttribute("lang"),
    title: await page.title(),
    text: await page.locator("main").innerText(),
  };
}

async function shot(page, name) {
  await page.screenshot({ path: join(folder, `survey-${name}.png`), fullPage: true });
}
