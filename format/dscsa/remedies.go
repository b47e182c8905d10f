package dscsa

import (
	"slices"
	"strings"
)

// Remedies that several rules share.
var (
	wrongItem = Remedy{
		Who: BySender, Blocks: BlocksGoods, Category: DataIssue, Scenario: "1.4A", Resolution: SendNewData,
		Do: "hold the items named apart, compare them with their labels, and ask the sender for a corrected document",
	}
	wrongLot = Remedy{
		Who: ByMaker, Blocks: BlocksGoods, Category: DataIssue, Scenario: "1.2", Resolution: SendNewData,
		Do: "hold the items named apart, read lot and expiry date from their labels, and ask through the sender what their maker stated",
	}
	wrongParty = Remedy{
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Scenario: "1.4B", Resolution: SendNewData,
		Do: "receive the goods if they are yours, and ask the sender for a document that names the right parties",
	}
	partyData = Remedy{
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Scenario: "1.4B", Resolution: SendNewData,
		Do: "receive the goods, and ask the sender for name and address of both parties: TI without them is incomplete",
	}
	productData = Remedy{
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Scenario: "master data GTIN", Resolution: SendNewData,
		Do: "receive the goods, and ask the sender for the product's master data: TI without it is incomplete; your own catalogue may complete it meanwhile",
	}
	saleData = Remedy{
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Resolution: SendNewData,
		Do: "receive the goods, and ask the sender for a document that doesn't contradict itself on the sale",
	}
	noShipment = Remedy{
		Who: BySender, Blocks: BlocksGoods, Category: ProductNoData, Scenario: "1.5", Resolution: SendNewData,
		Do: "wait for the shipping event, which may come in a file of its own, or ask the sender for it: nothing says who sold the goods to whom",
	}
	copied = Remedy{
		Who: ByMaker, Blocks: BlocksGoods, Category: Unavailable, Scenario: "5.x", Resolution: ReturnProduct,
		Do: "hold the items named apart as suspect: one serial number stands for one package only", Command: commandTrace,
	}
	statement = Remedy{
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Resolution: SendNewData,
		Do: "receive the goods, don't sell or dispense what the ledger doesn't prove, and ask the sender for its transaction statement",
	}
	unproved = Remedy{
		Who: BySender, Blocks: BlocksGoods, Category: DataIssue, Scenario: "1.4A", Resolution: SendNewData,
		Do: "don't accept it; ask the sender to send a right file",
	}
	suspect = Remedy{
		Who: BySender, Blocks: BlocksGoods, Category: Unavailable, Scenario: "5.x", Resolution: ReturnProduct,
		Do: "don't accept it; hold it apart as suspect and tell the sender", Command: commandTrace,
	}
	unavailable = Remedy{
		Who: BySender, Blocks: BlocksGoods, Category: Unavailable, Scenario: "5.x", Resolution: ReturnProduct,
		Do: "don't accept, sell or dispense it; agree with the sender on its way back", Command: commandTrace,
	}
	noted = Remedy{
		Who: BySender, Blocks: BlocksNothing, Category: DataIssue,
		Do: "use the document as it is: where another sends or receives on an owner's behalf, nothing is wrong",
	}
)

// ownRemedies are those of rules that their family's remedy doesn't fit.
var ownRemedies = map[string]Remedy{
	// Identifiers and labels of single items.
	"gs1/check-digit": wrongItem, "gs1/identifier": wrongItem, "gs1/class-as-object": wrongItem,
	"gs1/lot": wrongLot, "gs1/expiry": wrongLot,
	"gs1/ndc": productData, "gs1/ndc-gtin": productData,

	// Items that the data tells wrong, or not whole.
	"dscsa/lot-missing": wrongLot, "dscsa/expiry-missing": wrongLot, "dscsa/lot-conflict": wrongLot, "dscsa/expiry-conflict": wrongLot,
	"dscsa/lot-two-dates": wrongLot, "dscsa/null-item": wrongItem, "dscsa/unpacked-elsewhere": wrongItem,
	"dscsa/not-commissioned": {
		Who: BySender, Blocks: BlocksGoods, Category: DataIssue, Scenario: "1.4A", Resolution: SendNewData,
		Do: "hold the items named apart, compare their serial numbers with their labels, and ask the sender for their commissioning events",
	},
	"dscsa/two-parents": {
		Who: BySender, Blocks: BlocksGoods, Category: DataIssue, Scenario: "1.4A", Resolution: SendNewData,
		Do: "open both containers and scan what is in them: what the document says of their contents can't be right",
	},
	"dscsa/no-children": {
		Who: BySender, Blocks: BlocksGoods, Category: ProductNoData, Scenario: "1.5", Resolution: SendNewData,
		Do: "scan what is in the container, and ask the sender for its packing events: its contents can't be inferred",
	},
	"dscsa/nothing-commissioned": {
		Who: BySender, Blocks: BlocksGoods, Category: ProductNoData, Scenario: "1.5", Resolution: SendNewData,
		Do: "wait for the commissioning events, which may come in a file of their own, or ask the sender for them",
	},
	"dscsa/own-parent": wrongItem, "dscsa/too-deep": wrongItem,
	"dscsa/commissioned-twice": wrongItem, "dscsa/after-end": copied,
	"dscsa/ended-inside": {
		Who: BySender, Blocks: BlocksGoods, Category: Unavailable, Scenario: "5.x", Resolution: ReturnProduct,
		Do: "open the container; if the item is in it, don't sell or dispense it: its life has ended by the data", Command: commandTrace,
	},
	"dscsa/expired": {
		Who: BySender, Blocks: BlocksGoods, Category: Unavailable, Scenario: "5.x", Resolution: ReturnProduct,
		Do: "don't sell or dispense it; send it back, or agree with the sender to destroy it",
	},

	// The header, the parties and the products.
	"dscsa/statement-missing": statement, "dscsa/statement-not-affirmed": statement, "dscsa/legal-notice": statement,
	"dscsa/party-missing": {
		Who: BySender, Blocks: BlocksData, Category: DataIssue, Array: ArrayOther, Scenario: "1.4B", Resolution: SendNewData,
		Do: "receive the goods if they are yours, and ask the sender for a document that names both parties",
	},
	"dscsa/drop-shipment": saleData, "dscsa/quantity-mismatch": saleData, "dscsa/shipped-twice": saleData, "dscsa/shipped-packed": saleData,
	RuleNoShipment: noShipment, RuleNoEvents: noShipment,
	"dscsa/sender-owner": noted, "dscsa/receiver-owner": wrongParty,
	"dscsa/place-attribute": partyData, "dscsa/place-master-data": partyData,
	"dscsa/product-attribute": productData, "dscsa/product-master-data": productData, "dscsa/product-two-names": productData,

	RuleSize: {
		Who: ByReceiver, Blocks: BlocksNothing, Category: DataIssue,
		Do: "nothing, unless the partner refuses it; then ship fewer items at a time",
	},

	// Shipments between two nodes (domain/trace/traceview).
	"receive/no-record": unproved, "receive/not-offered": unproved, "receive/wrong-keys": unproved, "receive/key-reused": unproved,
	"receive/root": unproved, "receive/contents": unproved, "receive/memo": unproved, "receive/edited-event": unproved, "receive/document": unproved,
	"receive/deadline": {
		Who: BySender, Blocks: BlocksGoods, Category: ProductNoData, Scenario: "1.5", Resolution: SendNewData,
		Do: "ask the sender to ship it again: the offer on the ledger has ended",
	},
	"receive/product-no-data": {
		Who: BySender, Blocks: BlocksGoods, Category: ProductNoData, Scenario: "1.5", Resolution: SendNewData,
		Do: "receive the rest, hold these items apart, and ask the sender for their data",
	},
	"receive/data-no-product": {
		Who: BySender, Blocks: BlocksNothing, Category: DataNoProduct, Scenario: "2.1A", Resolution: SendProduct,
		Do: "receive what is there; refuse what isn't, and say whether it is still wanted",
	},
	"receive/lot-or-expiry": wrongLot,
	"receive/statement":     suspect, "receive/no-maker": suspect, "receive/licence": suspect, "receive/prefix": suspect,
	"receive/recalled": unavailable, "receive/expired": unavailable, "receive/flagged": suspect,
	"receive/duplicate-serial": copied,
	"receive/ledger": {
		Who: ByReceiver, Blocks: BlocksGoods, Category: DataIssue,
		Do: "try again when this node follows the ledger; nothing is known against the goods", Command: "pedigree status",
	},
}

// ReceiveRules lists the rules of shipments between two nodes that have a remedy.
func ReceiveRules() []string {
	var list []string
	for rule := range ownRemedies {
		if strings.HasPrefix(rule, "receive/") {
			list = append(list, rule)
		}
	}
	slices.Sort(list)
	return list
}
