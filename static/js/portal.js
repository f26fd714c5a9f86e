/* Speeds things up; nothing depends on it. Its words come from #words, so it holds no language. */
(function () {
  "use strict";

  var words = (document.getElementById("words") || {}).dataset || {};
  var LOGIN = "/accounts/login/";
  var PREFIX = "unsent:";
  var KEEP_MS = 24 * 60 * 60 * 1000;

  function each(selector, act, root) { Array.prototype.forEach.call((root || document).querySelectorAll(selector), act); }
  function store(act) { try { return act(window.localStorage); } catch (error) { return null; } }
  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }

  /* --- a button is pressed once; the server refuses the second one anyway ---------------------------------- */

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    // Attributes, not properties: a field called "method" would stand in front of the form's own.
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post" || form.hasAttribute("hx-post")) { return; }
    // A look at the paper in another window leaves this form to be sent.
    if (button && button.getAttribute("formtarget") === "_blank") { return; }
    if (form.dataset.sent === "yes") { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    // After the browser has read the form: a disabled button would not send its name.
    window.setTimeout(function () {
      if (button) { button.setAttribute("aria-disabled", "true"); button.setAttribute("aria-busy", "true"); }
    }, 0);
    // An answer that is a download leaves the page standing.
    window.setTimeout(function () { release(form); }, 8000);
  });
  function release(form) {
    delete form.dataset.sent;
    each("[aria-busy]", function (button) { button.removeAttribute("aria-busy"); button.removeAttribute("aria-disabled"); }, form);
  }
  window.addEventListener("pageshow", function (event) { if (event.persisted) { each("form[data-sent]", release); } });

  /* --- saving: say what happened, keep what could not be sent ---------------------------------------------- */

  function say(form, state, text, link) {
    var place = form.querySelector("[data-save-state]");
    if (!place) { return; }
    place.dataset.state = state;
    place.textContent = text || "";
    if (link) {
      var anchor = element("a", "", words.login);
      anchor.href = link;
      place.append(" ", anchor);
    }
  }
  function clockTime() {
    var at = new Date();
    return ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
  }
  function typed(form) {
    var values = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.type === "file" || field.type === "password" || field.type === "submit" || field.type === "hidden") { return; }
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) { return; }
      values.push([field.name, field.value]);
    });
    return values;
  }
  function keep(form) {
    if (!form.dataset.backup) { return; }
    store(function (box) { box.setItem(PREFIX + form.dataset.backup, JSON.stringify({ at: Date.now(), values: typed(form) })); });
  }
  function drop(form) {
    if (form.dataset.backup) { store(function (box) { box.removeItem(PREFIX + form.dataset.backup); }); }
  }
  function restore(form, values) {
    each("input[type=checkbox], input[type=radio]", function (field) { field.checked = false; }, form);
    values.forEach(function (pair) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (field.name !== pair[0]) { return; }
        if (field.type === "checkbox" || field.type === "radio") { field.checked = field.checked || field.value === pair[1]; }
        else if (field.type !== "file" && field.type !== "hidden") { field.value = pair[1]; }
      });
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function offer(form) {
    var kept = store(function (box) { return JSON.parse(box.getItem(PREFIX + form.dataset.backup)); });
    if (!kept) { return; }
    if (Date.now() - kept.at > KEEP_MS || JSON.stringify(kept.values) === JSON.stringify(typed(form))) { drop(form); return; }
    var box = element("div", "notice notice--warn"), body = element("div", "notice__body"), line = element("div", "row");
    var yes = element("button", "btn btn--small", words.restore), no = element("button", "btn btn--quiet btn--small", words.discard);
    box.setAttribute("role", "status");
    yes.type = no.type = "button";
    yes.addEventListener("click", function () { restore(form, kept.values); box.remove(); });
    no.addEventListener("click", function () { drop(form); box.remove(); });
    line.append(yes, no);
    body.append(element("p", "notice__title", words.found + " (" + new Date(kept.at).toLocaleString() + ")"), line);
    box.append(body);
    form.parentNode.insertBefore(box, form);
  }

  function formOf(event) { var from = event.detail.elt; return from && from.closest ? from.closest("form[data-autosave], form[data-backup]") : null; }
  function lostSession(request) { return request.status === 401 || (request.responseURL || "").indexOf(LOGIN) > -1; }
  function loginLink() { return LOGIN + "?next=" + encodeURIComponent(location.pathname + location.search); }

  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-autosave]");
    if (form) { say(form, "dirty", words.dirty); }
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = formOf(event);
    if (form) { say(form, "saving", words.saving); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    // The sign-in page must not be poured into a part of this one.
    if (lostSession(event.detail.xhr)) { event.detail.shouldSwap = false; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = formOf(event), request = event.detail.xhr;
    if (!form) { if (request && lostSession(request)) { location.href = loginLink(); } return; }
    if (!request || request.status === 0) { keep(form); say(form, "failed", words.failed); }
    else if (lostSession(request)) { keep(form); say(form, "ended", words.ended, loginLink()); }
    else if (request.status >= 200 && request.status < 300) { drop(form); say(form, "saved", words.saved + " " + clockTime()); }
    else { keep(form); say(form, "failed", request.status === 409 ? words.stale : words.refused); }
  });
  window.addEventListener("online", function () {
    each("form[data-autosave]", function (form) {
      var place = form.querySelector("[data-save-state][data-state=failed]");
      if (place) { form.dispatchEvent(new Event("change", { bubbles: true })); }
    });
  });
  // Whoever signs out of a shared computer leaves nothing behind.
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-sign-out]")) { return; }
    store(function (box) { Object.keys(box).forEach(function (key) { if (key.indexOf(PREFIX) === 0) { box.removeItem(key); } }); });
  });

  /* --- choosing many --------------------------------------------------------------------------------------- */

  document.addEventListener("change", function (event) {
    var box = event.target, form = box.form;
    if (!form || box.type !== "checkbox") { return; }
    if (box.hasAttribute("data-all")) { each("input[name=ids]", function (row) { row.checked = box.checked; }, form); }
    var count = form.querySelector("[data-bulk-count]");
    if (count && (box.name === "ids" || box.hasAttribute("data-all"))) {
      count.textContent = (words.selected || "%s").replace("%s", form.querySelectorAll("input[name=ids]:checked").length);
    }
  });

  /* --- keyboard: optional, off in fields, can be switched off (WCAG 2.1.4) ---------------------------------- */

  var help = null;
  function keysOff() { return store(function (box) { return box.getItem("keys") === "off"; }); }
  function typing(target) { return target.closest && target.closest("input, select, textarea, [contenteditable]"); }
  function step(by) {
    var rows = document.querySelectorAll("[data-key-list] > *"), at = -1;
    Array.prototype.forEach.call(rows, function (row, index) { if (row.classList.contains("is-here")) { at = index; } });
    if (!rows.length) { return; }
    if (at > -1) { rows[at].classList.remove("is-here"); }
    var next = rows[Math.max(0, Math.min(rows.length - 1, at + by))], link = next.querySelector("a[href]");
    next.classList.add("is-here");
    if (link) { link.focus({ preventScroll: true }); }
    next.scrollIntoView({ block: "nearest" });
  }
  function toggleHelp() {
    if (help) { help.remove(); help = null; return; }
    help = element("section", "keys");
    help.setAttribute("aria-label", words.keys);
    var list = element("dl"), row = element("div", "row"), toggle, close = element("button", "btn btn--small", words.close);
    function add(key, text) { var dt = element("dt"), dd = element("dd", "", text); dt.append(element("kbd", "", key)); list.append(dt, dd); }
    if (document.querySelector("[data-key-list]")) { add("j", words.keysNext); add("k", words.keysPrevious); }
    if (document.querySelector("input[type=search]")) { add("/", words.keysSearch); }
    each("[data-key]", function (target) { add(target.dataset.key, target.textContent.trim()); });
    add("?", words.keysHelp);
    toggle = element("button", "btn btn--small btn--quiet", keysOff() ? words.keysOn : words.keysOff);
    toggle.type = close.type = "button";
    toggle.addEventListener("click", function () { store(function (box) { box.setItem("keys", keysOff() ? "on" : "off"); }); toggleHelp(); });
    close.addEventListener("click", toggleHelp);
    row.append(close, toggle);
    help.append(element("h2", "", words.keys), list, row);
    document.body.append(help);
    close.focus();
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) { return; }
    if (event.key === "?") { event.preventDefault(); toggleHelp(); return; }
    if (event.key === "Escape" && help) { toggleHelp(); return; }
    if (keysOff()) { return; }
    if (event.key === "j") { step(1); } else if (event.key === "k") { step(-1); }
    else if (event.key === "/") {
      var search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    } else {
      var target = document.querySelector('[data-key="' + (window.CSS && CSS.escape ? CSS.escape(event.key) : "") + '"]');
      if (target && event.key.length === 1) { event.preventDefault(); target.click(); }
    }
  });

  /* --- a paper against what was issued: its digest is made here, the file stays here ------------------------ */

  function show(form, same) {
    each("[data-digest-same]", function (box) { box.hidden = !same; }, form);
    each("[data-digest-other]", function (box) { box.hidden = same; }, form);
  }
  function compare(form, file) {
    return file.arrayBuffer().then(function (bytes) { return crypto.subtle.digest("SHA-256", bytes); }).then(function (sum) {
      var hex = Array.prototype.map.call(new Uint8Array(sum), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
      if (form.dataset.digest) { show(form, hex === form.dataset.digest); return; }
      location.assign(location.pathname + "?sha256=" + hex);
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, file = form.matches("[data-digest]") && form.elements.paper.files[0];
    if (!file || !window.crypto || !crypto.subtle || !file.arrayBuffer) { return; }
    event.preventDefault();
    event.stopPropagation();
    compare(form, file).catch(function () { form.submit(); });
  }, true);
  document.addEventListener("dragover", function (event) { if (event.target.closest("form[data-digest]")) { event.preventDefault(); } });
  document.addEventListener("drop", function (event) {
    var form = event.target.closest("form[data-digest]");
    if (!form || !event.dataTransfer.files.length) { return; }
    event.preventDefault();
    form.elements.paper.files = event.dataTransfer.files;
    if (form.requestSubmit) { form.requestSubmit(); }
  });

  /* --- start ----------------------------------------------------------------------------------------------- */

  function ready(root) {
    each("form[data-backup]", offer, root);
    var first = root.querySelector("[data-focus]");
    if (first) { first.focus(); }
  }
  // A list under the bar closes when one looks elsewhere.
  document.addEventListener("click", function (event) {
    each("details.who[open]", function (list) { if (!list.contains(event.target)) { list.open = false; } });
  });
  // The menu: what the person opened or folded stays so on the next page, which the server draws (cookie "menu").
  // In a strip and on a phone it is a list one looks into: all folded at first, one open at a time, nothing kept.
  var narrow = window.matchMedia && window.matchMedia("(max-width: 56rem)").matches;
  function menuChoices() { return ((/(?:^|; )menu=([0-9a-f.]*)/.exec(document.cookie) || [])[1] || "").split(".").filter(Boolean); }
  function foldOthers(kept) { each("details[data-menu][open]", function (group) { if (group !== kept) { group.open = false; } }); }
  document.addEventListener("click", function (event) {
    var strip = narrow || document.querySelector(".side--strip"), group = event.target.closest("details[data-menu]");
    if (strip) { if (group || !narrow) { foldOthers(group); } return; }
    if (!group || !event.target.closest("summary")) { return; }
    var kept = menuChoices().filter(function (one) { return one.slice(1) !== group.dataset.menu; });
    // The browser turns it after this click: what is open now will be folded.
    kept.push((group.open ? "0" : "1") + group.dataset.menu);
    document.cookie = "menu=" + kept.join(".") + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  });
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && document.querySelector(".side--strip details[data-menu][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var first = event.detail.elt && event.detail.elt.querySelector && event.detail.elt.querySelector("[data-focus]");
    if (first) { first.focus(); }
  });
  if (narrow) { foldOthers(null); }
  ready(document);
})();
