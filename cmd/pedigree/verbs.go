package main

import "github.com/spf13/cobra"

// verbs lists every command in the order in which help shows them.
func (c *cli) verbs() []*cobra.Command {
	return []*cobra.Command{
		initCommand(c), foundCommand(c), joinCommand(c), checkpointCommand(c), upgradeCommand(c), leaveCommand(c), startCommand(c), statusCommand(c), orgCommand(c), hostedCommand(c), adoptCommand(c),
		captureCommand(c), inventoryCommand(c), prekeysCommand(c), shipCommand(c), shipmentsCommand(c), receiveCommand(c), dockCommand(c), scanCommand(c), makerCommand(c), recallsCommand(c), exemptCommand(c), dispenseCommand(c), tiCommand(c),
		holdCommand(c), releaseCommand(c), departCommand(c), reenterCommand(c), pickCommand(c), packCommand(c), unpackCommand(c), splitCommand(c), voidCommand(c), reclaimCommand(c), returnCommand(c), returnsCommand(c), handoverCommand(c),
		sendCommand(c), outboxCommand(c), inboxCommand(c), exchangeCommand(c),
		partnerCommand(c), caseCommand(c), waysCommand(c), parcelsCommand(c), productCommand(c), migrateCommand(c), jobCommand(c),
		traceCommand(c), exportCommand(c), exportAllCommand(c), eraseCommand(c), pageCommand(c), epcisCommand(c),
		receiptCommand(c), trustCommand(c), verifyCommand(c), backupCommand(c), restoreCommand(c), permitsCommand(c), fsckCommand(c), vaultCommand(c), doctorCommand(c), nodeCommand(c), configCommand(c), demoCommand(c), keysCommand(c), signerCommand(c), witnessCommand(c), peopleCommand(c), apikeysCommand(c), auditCommand(c), versionCommand(c),
	}
}
