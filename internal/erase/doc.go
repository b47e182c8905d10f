// Package erase destroys what an organisation keeps off the ledger about a person: a
// document with everything that its private store tells of it (Regulation (EU)
// 2016/679, article 17). Nothing has to be taken off the ledger: it holds
// commitments with secret salts, and a commitment whose salt is destroyed tells
// nothing.
//
// What it keeps true:
//   - a document, its key, its hashes, quotations of it and the salts of commitments to
//     it go in one transaction, or nothing goes;
//   - what is still needed for work under way is refused, and says for which;
//   - the bytes are gone from the store's own files when the answer comes; from a server's,
//     and from a file that is large, when the node starts again;
//   - what was destroyed is noted by a mark that tells nothing of it, with which it is
//     found and destroyed again in a store that was restored from an older backup;
//   - who else has it, as far as the store knows, is told: they are asked to erase it
//     (article 19).
//
// Each package of the private half says by a Part what it keeps of a document.
//
//	done, err := e.Document(ctx, 17)
package erase
