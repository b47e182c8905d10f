package epcis

import "strings"

// measurementTypes are the sensor properties of CBV 2.0 section 7.6, sorted.
var measurementTypes = []string{
	"AbsoluteHumidity", "AbsorbedDose", "AbsorbedDoseRate", "Acceleration", "Altitude", "AmountOfSubstance",
	"AmountOfSubstancePerUnitVolume", "Angle", "AngularAcceleration", "AngularMomentum", "AngularVelocity",
	"Area", "Capacitance", "Conductance", "Conductivity", "Count", "Density", "Dimensionless", "DoseEquivalent",
	"DoseEquivalentRate", "DynamicViscosity", "ElectricCharge", "ElectricCurrent", "ElectricCurrentDensity",
	"ElectricFieldStrength", "Energy", "Exposure", "Force", "Frequency", "Illuminance", "Inductance",
	"Irradiance", "KinematicViscosity", "Length", "LinearMomentum", "Luminance", "LuminousFlux",
	"LuminousIntensity", "MagneticFlux", "MagneticFluxDensity", "MagneticVectorPotential", "Mass",
	"MassConcentration", "MassFlowRate", "MassPerAreaTime", "MemoryCapacity", "MolalityOfSolute", "MolarEnergy",
	"MolarMass", "MolarVolume", "Power", "Pressure", "RadiantFlux", "RadiantIntensity", "Radioactivity",
	"RelativeHumidity", "Resistance", "Resistivity", "SolidAngle", "SpecificVolume", "Speed", "SurfaceDensity",
	"SurfaceTension", "Temperature", "Time", "Torque", "Voltage", "Volume", "VolumeFlowRate", "VolumeFraction",
	"VolumetricFlux", "Wavenumber",
}

// draftPrefix stood before sensor properties in drafts of CBV 2.0.
const draftPrefix = "MT-"

// quantities are kinds of measurement with the codes of UN/CEFACT Recommendation
// 20 that measure them and the sensor properties that are of this kind. Codes and
// properties that aren't listed are not judged.
var quantities = []struct{ units, properties string }{
	{"CEL FAH KEL A48", "Temperature"},
	{"MTS KMH HM KNT FS FR 2M C16 IU", "Speed"},
	{"LUX KLX P25 P27", "Illuminance"},
	{"MTR KMT CMT MMT DMT INH FOT YRD SMI NMI 4H C45", "Length Altitude"},
	{"DD C81 D61 D62 C25 A91 B97", "Angle"},
	{"D27", "SolidAngle"},
	{"KGM GRM MGM LBR ONZ TNE STN LTN DTN MC HGM CGM APZ", "Mass"},
	{"SEC MIN HUR DAY WEE MON ANN C26 B98 C47", "Time"},
	{"PAL KPA MPA BAR MBR ATM PS A97 HN A89 74", "Pressure"},
	{"VLT KVT 2Z B78 D82", "Voltage"},
	{"AMP 4K B22 B84 C39", "ElectricCurrent"},
	{"OHM B49 B75 E45 B94", "Resistance"},
	{"WTT KWT MAW C31 D80 BHP HJ", "Power RadiantFlux"},
	{"JOU KJO 3B KWH WHR MWH GWH C15 BTU D70 E14", "Energy"},
	{"NEW B47 B73 C20 B92 C78", "Force"},
	{"HTZ KHZ MHZ A86 D29", "Frequency"},
	{"MTQ LTR MLT CLT DLT HLT DMQ CMQ MMQ INQ FTQ YDQ GLL GLI PTI OZA OZI 4G", "Volume"},
	{"MTK CMK DMK MMK KMK HAR INK FTK YDK ACR MIK", "Area"},
	{"KMQ A93 GP GQ 23 GL M1 B35 B34 D41", "AbsoluteHumidity Density MassConcentration"},
	{"C34 C18 B45 FH", "AmountOfSubstance"},
	{"CDL", "LuminousIntensity"},
	{"LUM", "LuminousFlux"},
	{"FAR 4O 4T C41 C10", "Capacitance"},
	{"81 C14 B90", "Inductance"},
	{"WEB C33", "MagneticFlux"},
	{"D33 C29 D81 C48", "MagneticFluxDensity"},
	{"BQL CUR 2Q GBQ 4N MCU", "Radioactivity"},
	{"A95 C13 C80", "AbsorbedDose"},
	{"D13 C28 D91", "DoseEquivalent"},
	{"SIE C27 B53 B99", "Conductance"},
	{"C65 C24 89 C7", "DynamicViscosity"},
	{"S4 4C 91", "KinematicViscosity"},
	{"AD 2P 4L E34 E35 A99 C37", "MemoryCapacity"},
	{"MSK", "Acceleration"},
	{"D54", "Irradiance"},
}

// quantityOf returns the index of the kind that a unit or a property belongs to,
// or -1.
func quantityOf(code string, property bool) int {
	for i := range quantities {
		list := quantities[i].units
		if property {
			list = quantities[i].properties
		}
		for list != "" {
			var word string
			if word, list, _ = strings.Cut(list, " "); word == code {
				return i
			}
		}
	}
	return -1
}
