// Package turns lets small requests go before work on large documents.
//
// A large document takes seconds of a processor to read and to check, whoever sent
// it. Goroutines that do so take a turn, work for a short piece, and give the turn
// back. What it keeps true:
//   - while others are served, work in turns uses at most half of the processors (at
//     least one), so that a request finds a free one at once; when nobody else asked
//     for a while, it uses all of them;
//   - turns go around the organisations, and within one around its work, so that
//     neither a large document nor many keep another organisation's waiting;
//   - after each piece the work lets small requests end that are being served, for a
//     bounded time, so that it always goes on.
//
// Turns change when something is done, never what comes of it. A nil Gate and the
// hands that it gives let everything go on at once: the command line reads so.
//
//	h := gate.Hand("maker")
//	h.Take()
//	for more() {
//		piece()
//		h.Pause()
//	}
//	h.Give()
package turns
