// Package courier carries files between this node and partners who run other
// programs: from folders, SFTP servers and an address of its own into the hands of a
// Taker, and documents out to where a partner wants them.
//
// What it keeps true:
//
//   - A file is taken whole: it has stood still, and what was read is what was there.
//     It is taken once: after an interruption at any step the same arrival comes to
//     the Taker with the same Key.
//   - A file leaves its inlet only after the Taker has answered. One that nobody can
//     take is put aside with the reason, never thrown away.
//   - A zip archive (APPNOTE.TXT 6.3) or gzip file (RFC 1952) is read entry by entry,
//     never as a whole in memory, within limits on entries, sizes and ratio; a bad
//     entry doesn't lose the good ones, and an archive in an archive is refused.
//   - Nothing outside an inlet's folder is read, whatever links stand in it.
//   - Names that strangers chose are labels: they lead nowhere, and hide nothing.
//
// The package knows no domain: cmd/pedigree says who takes what arrives.
//
//	for entry, err := range courier.Unpack("asn.zip", file, size) {
//		...
//	}
package courier
