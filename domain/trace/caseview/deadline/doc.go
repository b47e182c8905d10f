// Package deadline counts by when something has to be done: business days in the time
// zone and by the holidays of a place, hours that pass whatever the day, and the
// earliest of all that apply.
//
// What it keeps true:
//   - every limit that applies is computed and shown; the earliest one decides;
//   - a business day is one from Monday to Friday that is no holiday of the place. It
//     is counted from the moment of receipt and ends at the same local time of day; what
//     comes on a day that is none counts from 00:00 of the place's next business day;
//   - hours are hours that pass: a day on which the clocks change has 23 or 25;
//   - a rule that is custom, not law, says so, and so does one whose paragraph was not
//     confirmed.
//
// The rules are those of FD&C Act section 582 (21 U.S.C. 360eee-1); the holidays of the
// United States are those of 5 U.S.C. 6103. docs/reference/clocks.md lists both.
//
// The package has no clock and no state.
//
//	due := deadline.Of(received, deadline.For(deadline.TraceTrader), zone, deadline.Federal())
package deadline
