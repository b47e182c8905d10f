// Package console holds the pages that people work with in a browser, and serves them.
//
// `make console` builds them with Node into the folder built, from which the next
// build of the program embeds them. A program that was built without them says so
// under /console/ and works all the same. What this package keeps true:
//   - a page loads nothing from elsewhere and runs no script but its own (Content
//     Security Policy Level 3); its policy allows WebAssembly, for proofs are checked
//     in the page, and the camera, for symbols are read in it;
//   - files are embedded compressed (Brotli, RFC 7932, and gzip, RFC 1952) and sent as
//     they are; a client that takes neither gets them unpacked;
//   - files whose name holds a hash of their content may be kept for good, all others
//     are asked for again;
//   - an address inside the console that names no file is the console's first page,
//     which reads the address itself.
//
// The pages hold no data: they ask the node's HTTP interface under the person's own
// session, so they are served to anybody.
//
// An example:
//
//	mux.Handle("GET /console/", console.Handler("/console/"))
package console
