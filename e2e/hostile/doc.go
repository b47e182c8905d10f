// Package hostile attacks a real node, as bench/hostile has the attacks, and checks
// what every node must hold under them:
//
//   - each attack is refused with a status of the 4xx, or is only data;
//   - the process goes on, without a panic in its log;
//   - its memory grows by less than 256 MiB while attacks run side by side;
//   - an honest client's requests are answered meanwhile;
//   - text that means something to a terminal or a log forges no line.
//
// How much slower the honest client is served is measured by `make bench
// ONLY=hostile`, for a test on a busy machine can't tell.
package hostile
