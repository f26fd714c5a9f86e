/* Sums of the weights while they are typed; without it they stand after saving. */
(function () {
  "use strict";
  var form = document.querySelector("[data-weights]");
  if (!form) { return; }
  function cents(scope) {
    var sum = 0;
    scope.querySelectorAll("input[name^='w_']").forEach(function (field) {
      var value = Number(field.value.trim() || "0");
      sum += Number.isFinite(value) ? Math.round(value * 10000) : 0;
    });
    return sum;
  }
  function words(sum) { return String(sum / 10000); }
  function tell() {
    form.querySelectorAll("[data-weights-part]").forEach(function (part) {
      var place = part.querySelector("[data-weights-sum]");
      if (place) { place.textContent = words(cents(part)); }
    });
    var total = form.querySelector("[data-weights-total]");
    var told = form.querySelector("[data-weights-told]");
    var sum = cents(form);
    var gap = Number(total.dataset.weightsFull) * 10000 - sum;
    total.textContent = words(sum);
    told.textContent = gap ? (gap > 0 ? told.dataset.short : told.dataset.over) + " " + words(Math.abs(gap)) : "";
  }
  form.addEventListener("input", tell);
}());
