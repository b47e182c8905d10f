package main

import (
	"context"

	"pedigree/domain/org/orgview"
	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/migrateview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/internal/courier"
	"pedigree/internal/erase"
	"pedigree/internal/exchange"
	"pedigree/internal/tryfile"
)

// schema/openapi.json describes these routes; a test keeps it fresh.
//go:generate go test -count=1 -run ^TestTheOpenAPIDocumentIsFresh$ . -update

// backupKeeper copies the node, and each organisation that it hosts.
type backupKeeper interface {
	api.Keeper
	api.HostedKeeper
}

// addRoutes registers every route of the HTTP interface.
func addRoutes(s *api.Server, l apiLedger, keep backupKeeper, export exporting, files tryfile.Config, look func(context.Context) []api.NodeFinding) {
	api.AddLedger(s, l)
	api.AddExplorer(s, explored{l})
	api.AddNetwork(s, l, look)
	api.AddConsistency(s, l)
	api.AddWitnessed(s, l)
	api.AddBackup(s, keep)
	api.AddHostedBackup(s, keep)
	api.AddExport(s, export)
	api.AddAccess(s)
	orgview.AddRoutes(s, l, actsOf)
	traceview.AddRoutes(s, deskOf)
	tiview.AddRoutes(s, documentsOf, archives())
	dockview.AddRoutes(s, docksOf)
	migrateview.AddRoutes(s, stocksOf)
	exchange.AddRoutes(s, mailOf)
	partnerview.AddRoutes(s, bookOf)
	erase.AddRoutes(s, erasingOf)
	courier.AddRoutes(s, waysOf, giver)
	addSending(s)
	catalogview.AddRoutes(s, catalogueOf)
	caseview.AddRoutes(s, casesOf)
	addMailbox(s)
	tryfile.AddRoutes(s, files)
}

// localWrites need no ledger at once: a pharmacy dispenses while its network is
// away, a node that is in trouble is copied, and an organisation can leave it.
var localWrites = append([]string{"dispense", "judge", "pick", "drop-pick", "load-recall-notices", "begin-recall-notices-load", "pause-recall-notices-load", "resume-recall-notices-load", "open-dock", "join-dock-document", "scan-dock", "undo-dock-scan", "decide-dock", "finish-dock", "check-dock-sellers", "drop-dock", "migrate-stock", "migrate-archive", "pause-migration", "settle-correction", "issue-prekeys", "import-prekeys", "take-backup", "take-hosted-backup", "restore-hosted", "export-organisation", "erase-document", "erase-reason", "erase-again"}, tryfile.Operations...)

// ledgerWrites wait until what they put on the ledger has ended. While the node hears
// no other they would wait for nothing.
var ledgerWrites = []string{"capture", "mark", "depart", "confirm-departure", "reenter", "pack", "unpack", "split", "void", "reclaim", "settle-dispenses", "submit-entry", "receive", "receive-inbox", "ship", "ship-hand-over", "return-goods", "act", "propose", "publish-mailbox", "rotate-seal-key", "escalate-case", "clear-case"}
