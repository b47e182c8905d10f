// Package epcis reads, checks, hashes and writes EPCIS documents: 1.1 and 1.2
// XML (what US partners send under the DSCSA), 2.0 XML and 2.0 JSON-LD, all
// through one event model.
//
// Standards: EPCIS 1.2 and 2.0.1 (GS1), Core Business Vocabulary 2.0 with its
// section 8.9 (event hash), the GS1 US guideline "Applying GS1 Standards for
// DSCSA and Traceability" R1.2 and R1.3 (namespace http://epcis.gs1us.org/hc/ns).
//
// What the package keeps true:
//
//   - A document is read as a stream. Memory depends on the largest single
//     event and on the header, never on the length of the document, and each of
//     the two has a limit (see Limits).
//   - A reader is strict. XML must be well-formed UTF-8 with declared
//     namespaces and without DOCTYPE; JSON must have no duplicate names and the
//     exact letter case of the standard; nothing may follow the document. Every
//     refusal is an *Error with file, line, path, a stable rule code and a remedy.
//   - Vocabulary terms (business step, disposition, the types of transactions,
//     sources, destinations, sensors) are held in one form whatever the document
//     used: the bare word of the CBV ("shipping") or else the URI as written.
//     Identifiers are held as written.
//   - Content the model doesn't know is kept as Node trees with namespaces, and
//     written back.
//   - The hash of an event is the same for every form of the same event.
//   - Nothing is lost silently. What a lenient reader tolerates becomes a remark
//     (Tolerances), what a conversion can't keep becomes a Loss (Losses).
//
// A JSON document may put header members behind its events. Header then returns
// what was seen so far, and the whole only once Next has returned io.EOF. The
// JSON-LD context should come before the events; a reader looks for it behind
// them in the first 16 MiB, in memory, before it gives up. Inside one event the
// order of members is free.
//
// Options.Lenient reads what senders get wrong and can be understood without
// guessing; a DOCTYPE with declarations or an address is refused all the same.
// Convert turns a document of any form into another, with identifiers as EPC
// URNs or Digital Links.
//
// Reading, checking and hashing:
//
//	r, err := epcis.NewReader(file, epcis.Options{File: "shipment.xml"})
//	if err != nil { ... }
//	check := epcis.NewChecker(epcis.CheckOptions{Now: now, Sets: epcis.AllSets})
//	for {
//		event, err := r.Next()
//		if err == io.EOF { break }
//		if err != nil { ... }
//		findings := check.Event(event)
//		id, err := event.HashID()
//	}
//	findings := check.Finish(r.Header())
package epcis
