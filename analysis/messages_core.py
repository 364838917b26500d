"""Sentences of the design, the estimators and the tables: code -> (Vietnamese, English)."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "design.empty": (
        "Dữ liệu trống: không có dòng nào để lập thiết kế mẫu.",
        "The data are empty: a design needs at least one row.",
    ),
    "design.length": (
        "Biến {variable} có {rows} dòng trong khi thiết kế có {wanted} dòng.",
        "The variable {variable} has {rows} rows where the design has {wanted}.",
    ),
    "design.no-column": (
        "Không có cột nào tên {variable} trong bảng dữ liệu của thiết kế.",
        "The design's data have no column named {variable}.",
    ),
    "design.bad-column": (
        "Tham số {role} phải là tên cột, mảng, hoặc danh sách của chúng.",
        "The argument {role} must be a column name, an array, or a list of these.",
    ),
    "design.unknown-option": (
        "Giá trị {value} không dùng được cho {option}; hãy chọn một trong: {choices}.",
        "The value {value} is not known for {option}; choose one of: {choices}.",
    ),
    "design.weights-missing": (
        "Trọng số {variable} trống ở {count} dòng; hãy điền hoặc bỏ các dòng đó một cách có chủ ý.",
        "The weight {variable} is missing in {count} rows; fill them in or leave those rows out on purpose.",
    ),
    "design.weights-infinite": (
        "Trọng số {variable} là vô hạn ở {count} dòng.",
        "The weight {variable} is infinite in {count} rows.",
    ),
    "design.weights-negative": (
        "Trọng số {variable} âm ở {count} dòng; trọng số phải từ 0 trở lên.",
        "The weight {variable} is negative in {count} rows; weights must be zero or more.",
    ),
    "design.weights-all-zero": (
        "Mọi trọng số {variable} đều bằng 0: không còn ai đại diện cho dân số.",
        "Every weight {variable} is zero: nobody is left to stand for the population.",
    ),
    "design.weights-and-probs": (
        "Chỉ được cho trọng số hoặc xác suất chọn, không cho cả hai.",
        "Give weights or selection probabilities, not both.",
    ),
    "design.no-weights": (
        "Không có trọng số hay xác suất chọn: mọi người được coi là có xác suất bằng nhau.",
        "No weights or probabilities were given: everybody counts as equally likely to be drawn.",
    ),
    "design.probability-range": (
        "Xác suất chọn {variable} phải lớn hơn 0 và không quá 1.",
        "The selection probability {variable} must be above 0 and at most 1.",
    ),
    "design.id-missing": (
        "Cột {variable} (vai trò {role}) trống ở {count} dòng; mỗi dòng phải thuộc một đơn vị.",
        "The column {variable} ({role}) is missing in {count} rows; every row must belong to a unit.",
    ),
    "design.not-nested": (
        "Đơn vị {unit} của {variable} nằm ở hai tầng khác nhau; nếu mã lặp lại giữa các tầng thì dùng nest=True.",
        "The unit {unit} of {variable} lies in two strata; if ids repeat between strata, use nest=True.",
    ),
    "design.not-nested-later": (
        "Ở giai đoạn {stage}, đơn vị {unit} của {variable} nằm ở hai tầng khác nhau.",
        "At stage {stage} the unit {unit} of {variable} lies in two strata.",
    ),
    "design.one-psu": (
        "Cả mẫu chỉ có một đơn vị chọn mẫu cấp một ({variable}): không thể tính sai số.",
        "The whole sample is a single primary sampling unit ({variable}): no error can be computed.",
    ),
    "design.lonely-psu": (
        "Tầng {stratum} chỉ có một đơn vị ở giai đoạn {stage}; hãy gộp tầng hoặc chọn lonely_psu khác.",
        "Stratum {stratum} has only one unit at stage {stage}; merge strata or choose another lonely_psu rule.",
    ),
    "design.all-lonely": (
        "Ở giai đoạn {stage}, mọi tầng đều chỉ có một đơn vị: không có tầng nào để lấy trung bình.",
        "At stage {stage} every stratum has a single unit: there is none to average over.",
    ),
    "design.fpc-missing": (
        "Cỡ tổng thể {variable} trống ở {count} dòng.",
        "The population size {variable} is missing in {count} rows.",
    ),
    "design.fpc-not-positive": (
        "Cỡ tổng thể (hoặc tỷ lệ chọn) {variable} phải lớn hơn 0.",
        "The population size (or sampling fraction) {variable} must be above 0.",
    ),
    "design.fpc-mixed": (
        "Cột {variable} lẫn lộn cỡ tổng thể (trên 1) và tỷ lệ chọn (dưới 1).",
        "The column {variable} mixes population sizes (above 1) with sampling fractions (below 1).",
    ),
    "design.fpc-varies": (
        "Cỡ tổng thể {variable} không thống nhất trong tầng {stratum}.",
        "The population size {variable} is not the same throughout stratum {stratum}.",
    ),
    "design.fpc-varies-in-unit": (
        "Giá trị {variable} không thống nhất trong cùng một đơn vị chọn mẫu.",
        "The values of {variable} differ within one sampling unit.",
    ),
    "design.fpc-too-small": (
        "Tầng {stratum}: {variable} cho cỡ tổng thể {size} nhưng mẫu đã có {sampled} đơn vị.",
        "Stratum {stratum}: {variable} gives a population of {size}, yet {sampled} units were sampled.",
    ),
    "design.pps-needs-probabilities": (
        "Với chọn mẫu PPS, {variable} phải là xác suất được chọn (không quá 1).",
        "For PPS sampling {variable} must hold inclusion probabilities (at most 1).",
    ),
    "design.joint-shape": (
        "Ma trận xác suất kép phải là {rows}x{rows} theo thứ tự các dòng, nhưng là {shape}.",
        "The joint probabilities must be a {rows}x{rows} matrix in the order of the rows, not {shape}.",
    ),
    "design.joint-positive": (
        "Mọi xác suất kép phải là số dương.",
        "Every joint inclusion probability must be a positive number.",
    ),
    "design.mask": (
        "Miền phải là mảng đúng/sai có {rows} phần tử.",
        "A domain must be an array of {rows} booleans.",
    ),
    "domain.empty": (
        "Miền {domain} không có ai: không có dòng nào mang trọng số.",
        "Nobody is in the domain {domain}: no row in it carries weight.",
    ),
    "variable.missing": (
        'Biến {variable} trống ở {count} dòng; chọn missing="drop" để bỏ qua chúng một cách công khai.',
        'The variable {variable} is missing in {count} rows; choose missing="drop" to leave them out openly.',
    ),
    "variable.all-missing": (
        "Không dòng nào có đủ trả lời cho biến {variable}.",
        "No row has answers where {variable} needs them.",
    ),
    "variable.infinite": (
        "Biến {variable} có {count} giá trị vô hạn.",
        "The variable {variable} has {count} infinite values.",
    ),
    "variable.not-numeric": (
        "Biến {variable} không phải là số.",
        "The variable {variable} is not numeric.",
    ),
    "variable.not-one-column": (
        "Biến {variable} phải là một cột.",
        "The variable {variable} must be a single column.",
    ),
    "variable.codes-not-integers": (
        "Mã của biến {variable} phải là một cột số nguyên.",
        "The codes of {variable} must be one column of integers.",
    ),
    "variable.codes-out-of-range": (
        "Mã của biến {variable} phải nằm từ -1 (trống) đến {levels} trừ 1.",
        "The codes of {variable} must lie between -1 (missing) and {levels} less 1.",
    ),
    "variable.too-many-levels": (
        "Biến {variable} có {levels} loại, quá {limit} loại mà một bảng chứa được; hãy gộp nhóm trước.",
        "The variable {variable} has {levels} categories, more than the {limit} a table can hold; group them first.",
    ),
    "variable.one-level": (
        "Biến {variable} chỉ có một loại trong dữ liệu được dùng.",
        "The variable {variable} has a single category in the data used.",
    ),
    "missing.dropped": (
        "Đã bỏ {rows} dòng thiếu trả lời; sai số vẫn tính theo toàn bộ thiết kế.",
        "{rows} rows without an answer were left out; errors still follow the whole design.",
    ),
    "estimate.level": (
        "Độ tin cậy phải nằm giữa 0 và 1, không phải {level}.",
        "The confidence level must lie between 0 and 1, not {level}.",
    ),
    "estimate.zero-denominator": (
        "Mẫu số có tổng trọng số bằng 0: tỷ số không xác định.",
        "The weighted total below the line is zero: the ratio is not defined.",
    ),
    "estimate.few-df": (
        "Dưới {limit} bậc tự do: khoảng tin cậy chỉ có giá trị tham khảo.",
        "Under {limit} degrees of freedom: the interval is a rough guide only.",
    ),
    "estimate.few-effective": (
        "Quy mô mẫu hiệu dụng nhỏ so với tỷ lệ gần 0 hoặc 100 %: độ phủ của khoảng có thể thấp hơn mức nêu.",
        "The effective sample is small for a share this near 0 or 100 %: the interval may cover less than it says.",
    ),
    "interval.boundary": (
        "Ở 0 % hoặc 100 % phương pháp {method} không xác định; dùng khoảng Korn-Graubard.",
        "At 0 % or 100 % the method {method} is not defined; the Korn-Graubard interval was used.",
    ),
    "replicates.none": (
        "Thiết kế này không có trọng số lặp.",
        "This design has no replicate weights.",
    ),
    "replicates.rscales-length": (
        "Có {given} hệ số rscales nhưng {wanted} bộ trọng số lặp.",
        "There are {given} rscales for {wanted} replicates.",
    ),
    "replicates.not-finite": (
        "{count} bộ trọng số lặp không cho kết quả (miền rỗng trong lần lặp đó).",
        "{count} replicates give no finite estimate (the domain is empty in them).",
    ),
    "expression.syntax": (
        "Không đọc được biểu thức {expression}.",
        "The expression {expression} cannot be read.",
    ),
    "expression.unknown-function": (
        "Biểu thức dùng hàm {function} chưa được hỗ trợ.",
        "The expression uses the function {function}, which is not known.",
    ),
    "expression.text-number": (
        "Không thể so sánh chữ với số: {expression}.",
        "Text cannot be compared with numbers: {expression}.",
    ),
    "formula.no-tilde": (
        "Công thức {formula} cần dấu ~ giữa biến kết quả và các biến giải thích.",
        "The formula {formula} needs a ~ between the response and the predictors.",
    ),
    "formula.no-response": (
        "Công thức {formula} chưa có biến kết quả ở bên trái dấu ~.",
        "The formula {formula} has no response on the left of the ~.",
    ),
    "formula.syntax": (
        "Không đọc được công thức {formula}.",
        "The formula {formula} cannot be read.",
    ),
    "contrast.unknown-term": (
        "Không có số hạng nào tên {term}.",
        "There is no term named {term}.",
    ),
    "contrast.same-name": (
        "Hai ước lượng cùng tên {term}; hãy đặt tên riêng bằng names.",
        "Two estimates are both named {term}; give them names of their own.",
    ),
    "contrast.no-covariance": (
        "Kết quả này không kèm hiệp phương sai nên không thể so sánh.",
        "This result carries no covariance, so it cannot be contrasted.",
    ),
    "contrast.not-finite": (
        "Biểu thức {expression} không xác định tại các ước lượng này.",
        "The expression {expression} is not defined at these estimates.",
    ),
    "domain.too-small": (
        "Miền chỉ có {n} người; cần ít nhất {needed}.",
        "The domain has only {n} respondents; at least {needed} are needed.",
    ),
    "quantile.probs": (
        "Mức phân vị phải nằm giữa 0 và 1.",
        "Quantiles are asked for by shares between 0 and 1.",
    ),
    "quantile.open-interval": (
        "Khoảng tin cậy vượt ra ngoài dữ liệu ở một đầu nên đầu đó để trống.",
        "The interval runs past the data at one end, which is left open.",
    ),
    "model.response-range": (
        "Biến kết quả của {formula} có giá trị ngoài phạm vi của họ {family}.",
        "The response of {formula} has values outside the range of the family {family}.",
    ),
    "model.not-converged": (
        "Mô hình không hội tụ sau {iterations} vòng; có thể một nhóm có cùng một câu trả lời.",
        "The model did not settle after {iterations} rounds; some group may all give the same answer.",
    ),
    "model.separated": (
        "Các biến giải thích tách hoàn toàn hai câu trả lời: hệ số không xác định.",
        "The predictors separate the two answers completely: the coefficients are not defined.",
    ),
    "model.aliased": (
        "Đã bỏ {terms}: chúng là tổ hợp của các biến khác.",
        "{terms} were left out: they are combinations of other columns.",
    ),
    "model.no-columns": (
        "Mô hình không có biến giải thích nào khác 0.",
        "The model has no column that is not zero.",
    ),
    "model.not-ordered": (
        "Biến kết quả của {formula} phải là biến phân loại có thứ tự.",
        "The response of {formula} must be categorical with its levels in order.",
    ),
    "model.few-levels": (
        "Biến kết quả của {formula} chỉ có {levels} mức được dùng; mô hình thứ bậc cần ít nhất 3.",
        "The response of {formula} has {levels} levels in use; an ordinal model needs at least 3.",
    ),
    "model.group-not-categorical": (
        "Biến {variable} phải là biến phân loại để tính giá trị dự báo theo nhóm.",
        "The variable {variable} must be categorical to predict by its groups.",
    ),
    "test.two-groups": (
        "Biến {variable} có {groups} nhóm có người trả lời; phép so sánh này cần đúng số nhóm khác.",
        "The variable {variable} has {groups} groups with answers, which this comparison cannot use.",
    ),
    "replicates.calibrated": (
        "Hãy tạo trọng số lặp trước rồi mới hiệu chỉnh, để mỗi lần lặp cũng được hiệu chỉnh.",
        "Make the replicates first and calibrate after, so that every replicate is calibrated too.",
    ),
    "replicates.no-generator": (
        "Bootstrap cần ít nhất 2 lần lặp và một bộ sinh số ngẫu nhiên (rng).",
        "A bootstrap needs at least 2 replicates and a random generator (rng).",
    ),
    "replicates.shape": (
        "Trọng số lặp phải là bảng {rows} dòng, mỗi cột một lần lặp.",
        "Replicate weights must be a table of {rows} rows with one column per replicate.",
    ),
    "replicates.rscales-needed": (
        "Trọng số lặp JKn cần rscales của từng lần lặp.",
        "JKn replicate weights need the rscales of each replicate.",
    ),
    "replicates.jk1-strata": (
        "JK1 dành cho mẫu không phân tầng nhưng mẫu có {strata} tầng; hãy dùng JKn.",
        "JK1 is for unstratified samples but there are {strata} strata; use JKn.",
    ),
    "replicates.brr-pairs": (
        "BRR cần đúng hai đơn vị mỗi tầng; tầng {stratum} có {sampled}.",
        "BRR needs exactly two units per stratum; stratum {stratum} has {sampled}.",
    ),
    "test.one-category": (
        "Bảng còn {rows} hàng và {columns} cột có người trả lời; kiểm định cần ít nhất 2 x 2.",
        "The table has {rows} rows and {columns} columns with answers; a test needs at least 2 x 2.",
    ),
    "test.no-df": (
        "Không đủ bậc tự do cho kiểm định ({df}).",
        "There are not enough degrees of freedom for the test ({df}).",
    ),
    "test.no-variance": (
        "Phương sai của bảng bằng 0: không thể kiểm định.",
        "The table has no variance: it cannot be tested.",
    ),
    "test.singular": (
        "Kiểm định Wald cần {needed} chiều biến thiên độc lập nhưng mẫu không có đủ.",
        "The Wald test needs {needed} independent directions of variation, which the sample does not have.",
    ),
    "test.empty-cells": (
        "{count} ô không có ai; kiểm định coi chúng không góp thông tin.",
        "{count} cells hold nobody; the test takes them as giving no information.",
    ),
    "table.empty-base": (
        "Không có ai trong cơ sở của các ô này.",
        "Nobody is in the base of these cells.",
    ),
    "table.nothing": (
        "Cần ít nhất một câu hỏi và một biến phân nhóm.",
        "A table needs at least one question and one break.",
    ),
}
