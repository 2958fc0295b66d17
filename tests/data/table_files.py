"""Small files of every format, made here."""

import io

import h5py
import numpy as np
import openpyxl

MPA = (
    "#mpa_v30_CHOCOPhlAn_201901\nclade_name\tNCBI_tax_id\ts1\ts2\n"
    "UNCLASSIFIED\t-1\t20\t0\nk__B\t2\t80\t100\nk__B|p__F\t2|3\t50\t100\nk__B|p__G\t2|4\t30\t0\n"
    "k__B|p__F|s__a\t2|3|5\t50\t60\nk__B|p__F|s__b\t2|3|6\t0\t40\nk__B|p__G|s__c\t2|4|7\t30\t0\n"
    "k__B|p__F|s__a|t__SGB1\t\t50\t60\nk__B|p__F|s__b|t__SGB2\t\t0\t40\n"
    "k__B|p__G|s__c|t__SGB3\t\t30\t0\n"
)
QIIME = (
    "# Constructed from biom file\n#OTU ID\tS1\tS.2\ttaxonomy\n"
    "101\t1.0\t2.0\tk__Bacteria; p__Firmicutes; g__; s__\n102\t3.0\t4.0\tk__Bacteria; p__B; g__X\n"
)
SHARED = "label\tGroup\tnumOtus\tOtu1\tOtu2\t\n" + "".join(
    f"{label}\tS{i}\t2\t{i + shift}\t{2 * i}\t\n"
    for label, shift in (("unique", 5), ("0.03", 0))
    for i in (1, 2)
)
KRAKEN = (
    "  1.00\t10\t10\tU\t0\tunclassified\n 99.00\t990\t0\tR\t1\troot\n"
    " 99.00\t990\t0\tR1\t131567\t  cellular organisms\n 99.00\t990\t20\tD\t2\t    Bacteria\n"
    " 90.00\t900\t0\tG\t5\t      Escherichia\n 90.00\t900\t800\tS\t6\t        E. coli\n"
    " 10.00\t100\t100\tS1\t7\t          E. coli K12\n  7.00\t70\t70\tS\t8\t      sp. alone\n"
)
BRACKEN = (
    "name\ttaxonomy_id\ttaxonomy_lvl\tkraken_assigned_reads\tadded_reads\tnew_est_reads\t"
    "fraction_total_reads\nE. coli\t6\tS\t800\t10\t810\t0.9\nsp. alone\t8\tS\t70\t5\t75\t0.1\n"
)
METAML = (
    "dataset_name\tQ\tQ\tQ\nsampleID\t01\tb\tc\ndisease\tn\tcirrhosis\tn\nage\t30\tnd\t41\n"
    "bmi\t-\t-\t20\nk__B\t100\t100\t99\nk__B|s__a\t59.5\t0\t90\nk__B|s__b\t40.5\t100\t9\n"
)
BIOM = {
    "id": None,
    "format": "Biological Observation Matrix 1.0.0",
    "matrix_type": "sparse",
    "shape": [2, 3],
    "rows": [
        {"id": "O1", "metadata": {"taxonomy": ["k__B", "p__F"]}},
        {"id": "O2", "metadata": {"taxonomy": "k__B; p__G"}},
    ],
    "columns": [
        {"id": "NA", "metadata": {"site": "gut"}},
        {"id": "001", "metadata": None},
        {"id": "c", "metadata": {"site": "skin", "age": 3}},
    ],
    "data": [[0, 0, 5], [0, 2, 1], [1, 1, 7.0]],
}


def hdf5(change=lambda _: None, values=((5, 0, 1), (0, 7, 0)), axis="observation"):
    """A small BIOM 2.1 file, two taxa and three samples, with something changed."""
    values = np.array(values, float)
    rows = values if axis == "observation" else values.T
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        text = h5py.string_dtype()
        file.create_dataset("observation/ids", data=["O1", "O2"], dtype=text)
        file.create_dataset("sample/ids", data=["NA", "001", "c"], dtype=text)
        file.create_dataset(f"{axis}/matrix/data", data=rows[rows > 0])
        file.create_dataset(f"{axis}/matrix/indices", data=np.nonzero(rows)[1].astype("i4"))
        starts = np.concatenate([[0], np.cumsum((rows > 0).sum(axis=1))])
        file.create_dataset(f"{axis}/matrix/indptr", data=starts.astype("i4"))
        change(file)
    return out.getvalue()


def book(sheets, change=lambda _: None):
    out = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(workbook)
    workbook.save(out)
    return out.getvalue()
