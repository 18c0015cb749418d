"""Everyday words, as a table: what may stand for each other, and what says nothing about the matter.

General knowledge of the language, not of any one catalogue: a new life event is found by it without a change.
English words are written without their blanks. A group is one line; lines that begin with a blank go on.
"""

_GROUPS = """
# family
新生儿 宝宝 孩子 儿子 女儿 小孩 婴儿 娃娃 娃 小宝宝 幼儿 崽崽 baby newborn infant child kid
出生 生了 刚生 生二胎 生三胎 生儿子 生女儿 生娃 生孩子 生小孩 生宝宝 分娩 生产住院 birth born childbirth
出生医学证明 出生证明 出生证 准生证明 birthcertificate
户口登记 上户口 落户 入户 报户口 户口 户籍 户籍登记 入籍落户 上户 householdregistration hukou
户口簿 户口本 户籍本 户本 householdregister
户口迁移 迁户口 迁户 户籍迁移 转户口 户口迁入 户口迁出 移户口
预防接种 打疫苗 打预防针 疫苗 接种 疫苗本 接种证 vaccine vaccination
生育保险待遇 生育津贴 生育报销 生育保险 生育费用 生孩子报销 产假工资 maternity
育儿补贴 养娃补贴 养孩子补贴 奶粉钱 生育补助 三孩补贴 二孩补贴 孩子补贴 育儿补助 育儿津贴 childcaresubsidy
结婚 领证 扯证 领结婚证 登记结婚 成家 结婚证 结婚登记 婚姻登记 办喜事 marriage marry married wedding
离婚 divorce
夫妻投靠 投靠配偶 随军随迁
妈妈 母亲 孩子妈 mother mum
爸爸 父亲 孩子爸 father dad
# school
入学 上学 读书 上小学 上初中 报名上学 新生入学 小学报名 幼升小 小升初 就读 school schooling enrolment
  enrollment
转学 换学校 transferschool
学区 学位 划片
# work and insurance
社会保险 社保 五险 社会保障 socialinsurance socialsecurity
社会保障卡 社保卡 医保卡 市民卡 socialsecuritycard
医疗保险 医保 医疗保障 看病报销 medicalinsurance healthinsurance
养老保险 养老 养老金保险 pensioninsurance
失业保险 失业金 失业 下岗 没工作 unemployment unemployed
工伤保险 工伤 workinjury
住房公积金 公积金 housingfund providentfund
退休 养老金 退休金 退休工资 领养老金 办退休 退休手续 到龄 retirement retire pension
灵活就业 自由职业 个体参保 自己交社保 没单位 自己交 打零工 零工 外卖员 freelance freelancer selfemployed
  flexible
招工 招人 用工 录用 招聘 雇人 新员工 入职 员工入职 雇佣 聘用 劳动合同 用工登记 hire hiring employ
  employee staff recruit
员工 职工 工人 雇员 伙计
关系转移 转移接续 转移 转走 转入 转到 跨省转移 转出 转回老家 transfer
异地就医 外地看病 外地住院 异地看病 跨省看病 异地报销 外地就医 异地医保 medicalcareaway
就医 看病 住院 门诊 看医生 治病 hospital doctor treatment medicalcare
报销 结算 reimbursement
就业 找工作 上班 job employment work
参保 投保 缴社保 交社保 上社保 insure enrol
补贴 补助 津贴 补助金 subsidy allowance benefit
# home
二手房 二手住房 旧房 买二手房 卖房 存量房 卖房子 secondhandhome resale
新房 新建商品房 商品房 一手房 期房 买新房 楼盘 newhome newbuild
买房 购房 买房子 购房子 买套房 buyhome
不动产权证书 房产证 房本 房证 不动产证 产权证 房屋所有权证 红本 propertycertificate deed titledeed
不动产登记 房产登记 产权登记 房屋登记 不动产
转移登记 过户 房产更名 房屋更名 房本更名 换房主 房屋过户 更名过户 过户登记
  transferofproperty ownershiptransfer
抵押登记 抵押 按揭 贷款买房 房贷 办按揭 房屋抵押 mortgage loan
契税 房屋契税 买房交税 deedtax
房子 房屋 住房 住宅 房产 home house housing property flat apartment
水电气网 水电气 水电煤 水电煤气 通水通电 接水接电 开户水电 报装 水电网 水电燃气 utilities utility
供电 用电 接电 通电 电力 电表 装电表 electricity power
供水 用水 装水表 自来水 接水 水表 通水 water
燃气 供气 天然气 煤气 通气 装天然气 开天然气 gas
宽带 网络 通信 光纤 装网 上网 broadband internet
居住证 暂住证 居住登记 residencepermit
# business
企业开办 开公司 注册公司 办公司 成立公司 创业 新办企业 设立登记 公司注册 办企业 开办企业 startup
  startbusiness startcompany startingcompany
企业 公司 法人 单位 商户 个体户 个体工商户 商家 company business enterprise firm corporation
营业执照 执照 工商执照 办执照 businesslicence businesslicense
变更登记 变更 更改 改名 改名字 更名 换法人 换老板 换股东 改地址 换地址 搬家 迁址 搬迁 换名字 换经营范围
  变更法人 变更地址 增资 信息变更 change rename
注销登记 注销 关门 关店 关公司 停业 不干了 不开了 歇业 关闭 销户 撤销公司 cancellation cancel deregister
  deregistration closing close
破产 清算 资不抵债 倒闭 管理人查询 破产管理人 bankruptcy bankrupt insolvency insolvent
信用修复 信用 失信 黑名单 征信 老赖 修复信用 信用记录 失信修复 行政处罚公示 creditrepair credit
  blacklist
上市 合规证明 无违法证明 无违法违规证明 无违规证明 上市合法合规 ipo listing compliance
餐饮店 饭店 餐馆 开饭店 开餐馆 开餐饮店 餐厅 饭馆 奶茶店 小吃店 早餐店 火锅店 面馆 快餐店 restaurant
  cafe eatery diner
食品经营许可 食品经营 食品许可证 卫生许可证 食品经营许可证 卫生许可 食品证 foodpermit foodlicence
道路运输 运输企业 货运 物流 客运 跑运输 运输公司 开物流公司 拉货 跑货运 transport freight haulage
  trucking logistics
道路运输经营许可 运输许可证 道路运输证 营运证 transportpermit
公章 印章 刻章 刻公章 章子 seal stamp
发票 领发票 开票 税票 invoice
税务 税 纳税 交税 报税 缴税 税收 tax taxes
门头招牌 招牌 店招 户外广告 signboard
消防 防火 消防检查 fire
# vehicles
机动车 车辆 汽车 车子 小车 轿车 车 car vehicle automobile
机动车转移登记 二手车过户 车辆过户 卖车 买二手车 汽车过户 二手车 车过户 小车过户 usedcar cartransfer
机动车驾驶证 驾驶证 驾照 驾驶执照 drivinglicence driverslicense
机动车行驶证 行驶证 行车证 行车本
号牌 车牌 车牌号 上牌 牌照 numberplate licenseplate
机动车登记证书 绿本 登记证书 大绿本
# people in need
残疾人 残疾 残障 残联 残疾人士 残障人士 disabled disability handicapped
残疾人证 残疾证 残证 办残疾证 disabilitycard
护理补贴 两项补贴 生活补贴 残疾补贴 残疾人补贴
低保 最低生活保障 困难补助 低收入
轮椅 辅具 辅助器具 助听器 假肢 wheelchair
# death
去世 过世 身故 身后 死亡 走了 病故 逝世 死后 老人走了 人没了 亲人去世 后事 死了 死者 亡故 逝者 亲人离世
  离世 death died die dies dead deceased bereavement dying
死亡证明 死亡医学证明 死亡证 deathcertificate
户口注销 销户口 注销户口 户籍注销
丧葬补助 丧葬费 丧葬补助金 抚恤金 丧葬抚恤 安葬费 funeralgrant funeral
殡葬 火化 火葬 殡仪馆 葬礼 cremation
继承 遗产 遗嘱 过户给子女 inheritance inherit heir estate
# identity, records
居民身份证 身份证 身分证 身份证件 idcard identitycard
补办 补领 丢了 遗失 丢失 挂失 补发 补证 掉了 不见了 lost replacement reissue replace
换领 换证 更换 到期换证 过期 期满换证 renewal renew
查询 查一下 核查 查看 查 query check lookup inquiry
证明 开证明 proof certificate
外地 外省 异地 跨省 省外 老家 外市 跨市 别的城市 elsewhere away anotherprovince otherprovince othercity
  anothercity outoftown
手机 电话 联系方式 phone mobile
银行账户 银行卡 存折 银行 bank
老人 老年人 长者 爸妈 父母 老爸老妈 elderly senior
"""

_FILLERS = """
我想要 我要 我想 想要 我们 我的 我 您好 你好 请问 请教 麻烦 咨询 了解 知道 怎么样 怎样 怎么办理 怎么办
怎么弄 怎么搞 怎么 咋办 咋 如何办理 如何 该如何 需要什么材料 需要哪些材料 要什么材料 什么材料
需要准备什么 需要带什么 要带什么 需要什么 要什么 什么 哪些 去哪里办 去哪里 去哪儿 去哪 在哪里办 在哪里
在哪儿 在哪 哪里 哪儿 多少钱 多久 几天 多长时间 流程 手续 步骤 条件 材料 需要 必须 可以 能不能 能否
可不可以 是否 有没有 一下 一个 一家 一张 一套 办理 申请 申办 办 的话 吗 呢 吧 啊 呀 嘛 了 的 给 去 要 想
把 在 和 与 及 是 有 被 个 家 刚 刚刚 之后 以后 以前 后 网上 线上 提前 自己 人 帮 帮忙 问 问下
"""

_STOP = """
a an the to of for in on at my our your i we you me how do does can get getting got is are be have
having has had with from and or want need needs would like please what where when who apply applying
application it its his her their into out up by as this that so new one after before make
"""

GROUPS = tuple(
    tuple(group.split())
    for group in _GROUPS.replace("\n  ", " ").strip().split("\n")
    if not group.startswith("#")
)
"""Words that may stand for each other, group by group."""
FILLERS = frozenset(_FILLERS.split())
"""Chinese words that say nothing about the matter."""
STOP = frozenset(_STOP.split())
"""English words that say nothing about the matter."""
