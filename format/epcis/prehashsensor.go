package epcis

import (
	"bytes"
	"slices"
	"strings"
)

// appendSensors appends the sensor elements, sorted as text.
func appendSensors(out []byte, list []SensorElement) []byte {
	if len(list) == 0 {
		return out
	}
	parts := make([][]byte, len(list))
	for i := range list {
		parts[i] = appendSensor([]byte("sensorElement"), &list[i])
	}
	return appendSorted(append(out, "sensorElementList"...), parts)
}

func appendSensor(out []byte, s *SensorElement) []byte {
	if len(s.Metadata) > 0 {
		out = append(out, "sensorMetadata"...)
		out = appendFields(out, s.Metadata, metadataFields)
	}
	parts := make([][]byte, len(s.Reports))
	for i, r := range s.Reports {
		parts[i] = appendFields([]byte("sensorReport"), r, orderedReportFields)
	}
	out = appendSorted(out, parts)
	return appendNodes(out, s.Extensions)
}

// newWebVocabulary writes the terms of the GS1 web vocabulary behind from under
// the address that CBV 2.1 gives them.
func newWebVocabulary(out []byte, from int) []byte {
	tail := bytes.ReplaceAll(out[from:], []byte("="+termMeasurement.web), []byte("=https://ref.gs1.org/voc/"))
	return append(out[:from], tail...)
}

// orderedReportFields leaves out bizRules, which the fixed order doesn't know.
var orderedReportFields = reportFields[:len(reportFields)-1]

// appendFields appends the known fields in order, then those of other
// namespaces sorted.
func appendFields(out []byte, fields []Field, order []string) []byte {
	for _, name := range order {
		for i := range fields {
			if fields[i].Name.Space == "" && fields[i].Name.Local == name {
				out = appendSensorField(out, &fields[i])
			}
		}
	}
	var parts [][]byte
	for i := range fields {
		if fields[i].Name.Space == "" || fields[i].Name.Space == SpaceXSI {
			continue
		}
		part := appendName(nil, fields[i].Name)
		parts = append(parts, appendField(part, "", fields[i].Value))
	}
	return appendSorted(out, parts)
}

func appendSensorField(out []byte, f *Field) []byte {
	if t := fieldTerm(f.Name.Local); t != nil {
		return appendTerm(out, f.Name.Local+"=", t, f.Value)
	}
	if strings.Contains(strings.ToLower(f.Name.Local), "time") {
		var c clock
		if t, ok := c.parse(f.Value); ok {
			out = append(append(out, f.Name.Local...), '=')
			return appendUTC(out, t)
		}
	}
	return appendField(out, f.Name.Local, f.Value)
}

// sensorRest is what the sensor elements hold without a namespace and without a
// place in the fixed order; the vectors put it behind everything ordered.
func sensorRest(list []SensorElement) []byte {
	var parts [][]byte
	for i := range list {
		var inner [][]byte
		if rest := fieldsRest("sensorMetadata", list[i].Metadata, metadataFields); rest != nil {
			inner = append(inner, rest)
		}
		for _, r := range list[i].Reports {
			if rest := fieldsRest("sensorReport", r, orderedReportFields); rest != nil {
				inner = append(inner, rest)
			}
		}
		if inner != nil {
			parts = append(parts, appendSorted([]byte("sensorElement"), inner))
		}
	}
	if parts == nil {
		return nil
	}
	return appendSorted([]byte("sensorElementList"), parts)
}

func fieldsRest(name string, fields []Field, order []string) []byte {
	var parts [][]byte
	for i := range fields {
		if fields[i].Name.Space == "" && !slices.Contains(order, fields[i].Name.Local) {
			parts = append(parts, appendField(nil, fields[i].Name.Local, fields[i].Value))
		}
	}
	if parts == nil {
		return nil
	}
	return appendSorted([]byte(name), parts)
}
