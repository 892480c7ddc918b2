// Alpaca's own client library against the embedded venue: nothing of the library is changed but
// the address. Usage: node compat.mjs PORT. Ends with 0 when every step did what Alpaca would do.
import assert from "node:assert/strict";
import { decode, encode } from "@msgpack/msgpack";
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import WebSocket from "ws";

const port = Number(process.argv[2]);
/** Longer than the venue is ever without an article. */
const patienceMs = 240_000;

// The facade knows Alpaca's hosts only; its fetch hook is where a proxy would sit.
const toVenue = (url, init) => {
  const wanted = new URL(url);
  return fetch(`http://127.0.0.1:${port}${wanted.pathname}${wanted.search}`, init);
};
const alpaca = new Alpaca({ keyId: "PKCOMPAT", secret: "compat-secret", fetchApi: toVenue });

/** Collects what arrives and lets a step wait for the element it needs. */
class Inbox {
  #items = [];
  #waiting = [];

  push(item) {
    this.#items.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async first(what, wanted) {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = this.#items.find(wanted);
      if (found) return found;
      const left = deadline - Date.now();
      assert.ok(left > 0, `${what} did not arrive; heard ${JSON.stringify(this.#items.slice(-5))}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => { clearTimeout(timer); resolve(); });
      });
    }
  }
}

async function step(name, work) {
  try {
    const answer = await work();
    console.log(`ok   ${name}`);
    return answer;
  } catch (error) {
    console.log(`FAIL ${name}`);
    throw error;
  }
}

// Asks again until the answer is `wanted`: a market that has just begun has told little.
async function until(what, ask, wanted) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const cents = (price) => Math.floor(price * 100) / 100;
const updates = new Inbox();
const quotes = new Inbox();
const articles = new Inbox();
const streamErrors = [];

const trading = alpaca.trading.stream({ url: `ws://127.0.0.1:${port}/stream`, reconnect: false });
const data = alpaca.marketData.stockStream({
  url: `ws://127.0.0.1:${port}/v2/iex`,
  reconnect: false,
});
const news = alpaca.marketData.newsStream({
  url: `ws://127.0.0.1:${port}/v1beta1/news`,
  reconnect: false,
});
for (const stream of [trading, data, news]) stream.onError((text) => streamErrors.push(text));

await step("account", async () => {
  const account = await alpaca.trading.account.getAccount();
  assert.equal(account.status, "ACTIVE");
  assert.match(String(account.buyingPower), /^\d/);
});

await step("clock", async () => {
  const clock = await alpaca.trading.clock.legacyClock();
  assert.equal(clock.isOpen, true, "the venue starts in a session");
  assert.ok(new Date(clock.nextClose) > new Date(clock.timestamp));
});

const symbol = await step("assets", async () => {
  const assets = await alpaca.trading.assets.getV2Assets({ status: "active" });
  const first = assets.find((asset) => asset.tradable);
  const again = await alpaca.trading.assets.getV2AssetsSymbolOrAssetId({
    symbolOrAssetId: first.symbol,
  });
  assert.equal(again.id, first.id);
  return first.symbol;
});

await step("trading stream", async () => {
  trading.onTradeUpdate((update) => updates.push(update));
  trading.onConnect(() => trading.subscribeTradeUpdates());
  trading.connect();
  assert.equal((await trading.whenAuthenticated()).authenticated, true);
});

await step("news stream: subscribed", async () => {
  news.onNews((article) => articles.push(article));
  news.onConnect(() => news.subscribeForNews(["*"]));
  news.connect();
  assert.equal((await news.whenAuthenticated()).authenticated, true);
});

const bid = await step("stock stream: quotes in MessagePack", async () => {
  data.onQuote((quote) => quotes.push(quote));
  data.onConnect(() => data.subscribeForQuotes([symbol]));
  data.connect();
  assert.equal((await data.whenAuthenticated()).authenticated, true);
  const quote = await quotes.first("a quote", (heard) => heard.symbol === symbol);
  assert.ok(quote.bidPrice > 0 && quote.askPrice >= quote.bidPrice);
  return quote.bidPrice;
});

const heard = (clientOrderId, event) =>
  updates.first(`${event} of ${clientOrderId}`,
    (update) => update.event === event && update.order.clientOrderId === clientOrderId);

const resting = await step("limit order: pending_new, new", async () => {
  const order = await alpaca.trading.orders.limit({
    symbol, qty: 1, side: "buy", limitPrice: cents(bid / 2), clientOrderId: "compat-limit",
  });
  await heard("compat-limit", "pending_new");
  await heard("compat-limit", "new");
  const open = await alpaca.trading.orders.getAllOrders({ status: "open" });
  assert.deepEqual(open.map((found) => found.id), [order.id]);
  return order;
});

await step("cancel: canceled", async () => {
  await alpaca.trading.orders.deleteOrderByOrderID({ orderId: resting.id });
  const update = await heard("compat-limit", "canceled");
  assert.equal(update.order.status, "canceled");
});

await step("market order: fill, position", async () => {
  await alpaca.trading.orders.market({ symbol, qty: 3, side: "buy", clientOrderId: "compat-market" });
  const update = await heard("compat-market", "fill");
  assert.equal(Number(update.positionQty), 3);
  const order = await alpaca.trading.orders.getOrderByClientOrderId({
    clientOrderId: "compat-market",
  });
  assert.equal(order.status, "filled");
  const positions = await alpaca.trading.positions.getAllOpenPositions();
  assert.deepEqual(positions.map((held) => [held.symbol, Number(held.qty)]), [[symbol, 3]]);
});

await step("refusals", async () => {
  await assert.rejects(
    alpaca.trading.orders.market({ symbol, qty: 1, side: "buy", clientOrderId: "compat-market" }),
    /client_order_id must be unique/);
  await assert.rejects(
    alpaca.trading.orders.market({ symbol: "NOSUCH", qty: 1, side: "buy" }), /not found/);
});

await step("bars, page by page; latest quote", async () => {
  const clock = await alpaca.trading.clock.legacyClock();
  const asked = {
    symbols: symbol,
    timeframe: "1Min",
    start: new Date(new Date(clock.timestamp).getTime() - 7 * 86_400_000),
    limit: 3,
  };
  const first = await alpaca.marketData.stocks.stockBars(asked);
  const bars = first.bars[symbol] ?? [];
  assert.ok(bars.length <= 3);
  if (first.nextPageToken) {
    const second = await alpaca.marketData.stocks.stockBars({
      ...asked, pageToken: first.nextPageToken,
    });
    assert.ok(new Date(second.bars[symbol][0].t) > new Date(bars[2].t), "pages follow each other");
  }
  const latest = await alpaca.marketData.stocks.stockLatestQuotes({ symbols: symbol });
  assert.ok(latest.quotes[symbol].ap > 0);
});

await step("configuration, portfolio history, activities", async () => {
  const before = await alpaca.trading.accountConfigurations.getAccountConfig();
  assert.equal(before.suspendTrade, false);
  const after = await alpaca.trading.accountConfigurations.patchAccountConfig({
    accountConfigurations: { tradeConfirmEmail: "none" },
  });
  assert.equal(after.tradeConfirmEmail, "none");
  const past = await alpaca.trading.portfolioHistory.getAccountPortfolioHistory({
    period: "1D", timeframe: "1Min",
  });
  assert.equal(past.timestamp.length, past.equity.length);
  assert.ok(past.baseValue > 0);
});

await step("snapshots; the latest trades and bars; past trades and quotes", async () => {
  const snapshots = await alpaca.marketData.stocks.stockSnapshots({ symbols: symbol });
  assert.ok(snapshots[symbol].latestQuote.ap >= snapshots[symbol].latestQuote.bp);
  assert.ok(snapshots[symbol].prevDailyBar.c > 0);
  await until("the latest trade",
    () => alpaca.marketData.stocks.stockLatestTrades({ symbols: symbol }),
    (x) => x.trades[symbol]?.p > 0);
  const bars = await alpaca.marketData.stocks.stockLatestBars({ symbols: symbol });
  assert.ok(bars.bars[symbol].c > 0);
  const lastMinute = async () => {
    const end = new Date((await alpaca.trading.clock.legacyClock()).timestamp);
    return { symbols: symbol, start: new Date(end.getTime() - 60_000), end, limit: 5 };
  };
  await until("five past quotes",
    async () => alpaca.marketData.stocks.stockQuotes(await lastMinute()),
    (x) => x.quotes[symbol]?.length === 5);
  await until("a past trade",
    async () => alpaca.marketData.stocks.stockTrades(await lastMinute()),
    (x) => x.trades[symbol]?.length > 0);
});

await step("dollars, fractions and extended hours", async () => {
  const buy = { symbol, side: "buy", timeInForce: "day" };
  const dollars = await alpaca.trading.orders.postOrder({
    postOrderRequest: { ...buy, type: "market", notional: "100.50" },
  });
  assert.equal(Number(dollars.notional), 100.5);
  await heard(dollars.clientOrderId, "fill");
  const part = await alpaca.trading.orders.postOrder({
    postOrderRequest: { ...buy, type: "limit", qty: "0.5", limitPrice: String(cents(bid / 2)) },
  });
  assert.equal(Number(part.qty), 0.5);
  const early = await alpaca.trading.orders.postOrder({
    postOrderRequest: {
      ...buy, type: "limit", qty: "1", limitPrice: String(cents(bid / 2)), extendedHours: true,
    },
  });
  assert.equal(early.extendedHours, true);
  for (const order of [part, early])
    await alpaca.trading.orders.deleteOrderByOrderID({ orderId: order.id });
  await assert.rejects(
    alpaca.trading.orders.postOrder({
      postOrderRequest: { ...buy, type: "market", qty: "0.5", timeInForce: "gtc" },
    }), /fractional orders must be DAY orders/);
});

await step("every order type rests or is refused as by Alpaca", async () => {
  const far = { symbol, qty: "1", timeInForce: "day" };
  const bodies = [
    { ...far, side: "buy", type: "stop", stopPrice: String(cents(bid * 2)) },
    { ...far, side: "sell", type: "stop_limit", stopPrice: String(cents(bid / 2)),
      limitPrice: String(cents(bid / 2)) },
    { ...far, side: "sell", type: "trailing_stop", trailPercent: "20" },
  ];
  for (const body of bodies) {
    const order = await alpaca.trading.orders.postOrder({ postOrderRequest: body });
    assert.equal(order.type, body.type);
    await heard(order.clientOrderId, "new");
    await alpaca.trading.orders.deleteOrderByOrderID({ orderId: order.id });
    await heard(order.clientOrderId, "canceled");
  }
});

await step("replace: replaced shows the old order", async () => {
  const order = await alpaca.trading.orders.limit({
    symbol, qty: 1, side: "buy", limitPrice: cents(bid / 2), clientOrderId: "compat-replace",
  });
  await heard("compat-replace", "new");
  const next = await alpaca.trading.orders.patchOrderByOrderId({
    orderId: order.id, patchOrderRequest: { limitPrice: String(cents(bid / 3)) },
  });
  assert.equal(next.replaces, order.id);
  const update = await heard("compat-replace", "replaced");
  assert.equal(update.order.replacedBy, next.id);
});

await step("bracket, oto and oco", async () => {
  const group = {
    symbol, qty: "1", side: "buy", type: "limit", timeInForce: "day",
    limitPrice: String(cents(bid / 2)),
  };
  const up = { limitPrice: String(cents(bid * 2)) };
  const down = { stopPrice: String(cents(bid / 4)) };
  const bracket = await alpaca.trading.orders.postOrder({
    postOrderRequest: { ...group, orderClass: "bracket", takeProfit: up, stopLoss: down },
  });
  assert.deepEqual(bracket.legs.map((leg) => leg.status), ["held", "held"]);
  const oto = await alpaca.trading.orders.postOrder({
    postOrderRequest: { ...group, orderClass: "oto", stopLoss: down },
  });
  assert.equal(oto.legs.length, 1);
  const oco = await alpaca.trading.orders.postOrder({
    postOrderRequest: {
      symbol, qty: "1", side: "sell", type: "limit", timeInForce: "day", orderClass: "oco",
      takeProfit: up, stopLoss: down,
    },
  });
  assert.equal(oco.legs[0].status, "held");
});

await step("cancel all, close one, close all", async () => {
  const canceled = await alpaca.trading.orders.deleteAllOrders();
  assert.ok(canceled.length > 0 && canceled.every((item) => item.status === 200));
  const half = await alpaca.trading.positions.deleteOpenPosition({
    symbolOrAssetId: symbol, qty: 1,
  });
  await heard(half.clientOrderId, "fill");
  const closed = await alpaca.trading.positions.deleteAllOpenPositions({ cancelOrders: true });
  assert.equal(closed[0].status, 200);
});

/** A stream without the library, which speaks one codec a stream: the other two are as official. */
function rawStream(path, packed) {
  const inbox = new Inbox();
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers: packed ? { "Content-Type": "application/msgpack" } : {},
  });
  socket.on("message", (bytes, isBinary) => {
    const message = packed ? decode(bytes) : JSON.parse(bytes.toString());
    for (const each of [message].flat()) inbox.push({ ...each, isBinary });
  });
  const say = (message) => socket.send(packed ? encode(message) : JSON.stringify(message));
  return { inbox, say, opened: new Promise((resolve) => socket.on("open", resolve)), socket };
}

await step("stock stream in JSON: text frames, quotes and trades", async () => {
  const raw = rawStream("/v2/sip", false);
  await raw.inbox.first("connected", (heard) => heard.msg === "connected");
  raw.say({ action: "auth", key: "PKCOMPAT", secret: "compat-secret" });
  await raw.inbox.first("authenticated", (heard) => heard.msg === "authenticated");
  raw.say({ action: "subscribe", trades: [symbol], quotes: [symbol], bars: ["*"] });
  const acknowledged = await raw.inbox.first("subscription", (heard) => heard.T === "subscription");
  assert.deepEqual(acknowledged.quotes, [symbol]);
  assert.deepEqual(acknowledged.bars, ["*"]);
  const quote = await raw.inbox.first("a quote", (heard) => heard.T === "q" && heard.S === symbol);
  assert.equal(quote.isBinary, false);
  assert.ok(typeof quote.bp === "number" && quote.ap >= quote.bp && quote.t.endsWith("Z"));
  const trade = await raw.inbox.first("a trade", (heard) => heard.T === "t" && heard.S === symbol);
  assert.ok(trade.p > 0 && trade.s > 0 && Number.isSafeInteger(trade.i));
  raw.socket.close();
});

await step("trading stream in MessagePack: binary frames, every event of an order", async () => {
  const raw = rawStream("/stream", true);
  await raw.opened;
  raw.say({ action: "auth", key: "PKCOMPAT", secret: "compat-secret" });
  const welcome = await raw.inbox.first("authorization", (heard) => heard.stream === "authorization");
  assert.equal(welcome.data.status, "authorized");
  assert.equal(welcome.isBinary, true);
  raw.say({ action: "listen", data: { streams: ["trade_updates"] } });
  const listening = await raw.inbox.first("listening", (heard) => heard.stream === "listening");
  assert.deepEqual(listening.data.streams, ["trade_updates"]);
  const order = await alpaca.trading.orders.limit({
    symbol, qty: 1, side: "buy", limitPrice: cents(bid / 2), clientOrderId: "compat-packed",
  });
  for (const event of ["new", "canceled"]) {
    const update = await raw.inbox.first(event, (heard) => heard.data.event === event);
    assert.equal(update.data.order.client_order_id, "compat-packed");
    assert.equal(update.isBinary, true);
    if (event === "new") await alpaca.trading.orders.deleteOrderByOrderID({ orderId: order.id });
  }
  raw.socket.close();
});

await step("past quotes and trades: pages that miss nothing", async () => {
  const ask = async (target) => {
    const answer = await toVenue(`https://data.alpaca.markets${target}`, {
      headers: { "APCA-API-KEY-ID": "PKCOMPAT", "APCA-API-SECRET-KEY": "compat-secret" },
    });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  for (const kind of ["quotes", "trades"]) {
    const end = new Date((await alpaca.trading.clock.legacyClock()).timestamp).toISOString();
    const range = `/v2/stocks/${symbol}/${kind}?end=${encodeURIComponent(end)}`;
    const whole = await ask(`${range}&limit=10000`);
    assert.equal(whole.next_page_token, null);
    assert.ok(whole[kind].length > 1, `${kind}: ${whole[kind].length}`);
    const paged = [];
    let token = "";
    do {
      const page = await ask(`${range}&limit=${Math.ceil(whole[kind].length / 3)}${token}`);
      paged.push(...page[kind]);
      token = page.next_page_token && `&page_token=${encodeURIComponent(page.next_page_token)}`;
    } while (token);
    assert.deepEqual(paged, whole[kind]);
  }
});

await step("close a part of a position", async () => {
  await alpaca.trading.orders.market({ symbol, qty: 4, side: "buy", clientOrderId: "compat-four" });
  await heard("compat-four", "fill");
  const half = await alpaca.trading.positions.deleteOpenPosition({
    symbolOrAssetId: symbol, percentage: 50,
  });
  await heard(half.clientOrderId, "fill");
  const held = await alpaca.trading.positions.getOpenPosition({ symbolOrAssetId: symbol });
  assert.ok(Number(held.qty) >= 2 && Number(held.qty) < 3, held.qty);
});

await step("news: pages, and the stream in the library's form and in JSON", async () => {
  const first = await alpaca.marketData.news.news({ limit: 50 });
  assert.equal(first.news.length, 50);
  assert.ok([...first.news[0].images].length > 0);
  const second = await alpaca.marketData.news.news({ limit: 50, pageToken: first.nextPageToken });
  assert.ok(second.news[0].id < first.news[49].id, "newest first, and nothing twice");
  const heardArticle = await articles.first("an article", (article) => article.id > 0);
  assert.ok(heardArticle.createdAt instanceof Date && heardArticle.symbols.length > 0);
  news.disconnect();
  const raw = rawStream("/v1beta1/news", false);
  await raw.inbox.first("connected", (message) => message.msg === "connected");
  raw.say({ action: "auth", key: "PKOTHER", secret: "compat-secret" });
  await raw.inbox.first("authenticated", (message) => message.msg === "authenticated");
  raw.say({ action: "subscribe", news: ["*"] });
  const article = await raw.inbox.first("an article", (message) => message.T === "n");
  assert.equal(article.isBinary, false);
  assert.ok(article.created_at.endsWith("Z") && article.headline.length > 0);
  raw.socket.close();
});

assert.deepEqual(streamErrors, []);
trading.disconnect();
data.disconnect();
console.log("all steps passed");
process.exit(0);
