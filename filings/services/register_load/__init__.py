"""名录导入: a register that exists on paper or in a workbook, brought onto ours.

``loads`` has the verbs, ``plan`` looks at a workbook and says what it would do, ``writing`` does it.
"""
