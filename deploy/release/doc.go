// Command release makes what is handed out: the Debian package, its list of
// materials and their hashes.
//
//	go run ./deploy/release -binary bin/pedigree -version 1.2.3 -time 1790000000 -out dist
//
// What it keeps true:
//   - the same program and time give the same bytes on every machine, in every
//     folder, under every user: nothing of the machine gets in;
//   - the package makes no key and starts nothing, and its removal deletes no data;
//   - the list of materials names each module that is in the program, with its
//     version, hash and licence; a licence that is not known refuses the release.
//
// A Debian package is an ar file of two tar files (deb(5)). It is written here in Go
// and not by dpkg-deb, whose compression differs from release to release.
package main
